import type { Wake } from "../machine.ts";
import type { Role } from "./at.ts";
import type { ExchangeKeys } from "./cipher-set.ts";
import type { HandshakeMessage } from "./message-group.ts";

export type ExchangeInput =
  /** Begin a handshake as initiator, unless one of ours is under way. */
  | { readonly type: "call" }
  /**
   * Say this from now on, in place of what was said before in messages of the same types: begins a new handshake, unless
   * it is to be `quiet` because there is nobody to hear it yet.
   */
  | { readonly type: "provide"; readonly messages: readonly HandshakeMessage[]; readonly quiet?: boolean }
  /**
   * A transport wants to know that the path is good: begins a new handshake with the last provided messages. While one of
   * ours is under way, this one and `provide` wait for its end, and are one new handshake then; or none, if by then the
   * peer's own handshake was answered with what was provided.
   */
  | { readonly type: "keep-alive" }
  /** A handshake body of the machine's cipher set. */
  | { readonly type: "packet"; readonly body: Uint8Array }
  /** The application accepts what was offered under this id; too late or twice changes nothing. */
  | { readonly type: "accept"; readonly id: number }
  /** The application does not: the peer gets no answer, and nothing of the same `at` is offered any more. */
  | { readonly type: "refuse"; readonly id: number }
  | { readonly type: "time" }
  /** The first authentic frame under the keys of this exchange was received. */
  | { readonly type: "heard"; readonly id: number }
  | { readonly type: "reconnected" }
  /** Drop everything and erase it. */
  | { readonly type: "end" };

export type ExchangeOutput<Peer, Introduced = Peer> =
  | { readonly type: "send"; readonly body: Uint8Array }
  /** To be durable before what is behind it is sent: the highest `at` that was used or answered. */
  | { readonly type: "persist-at"; readonly at: bigint }
  /**
   * All messages of the peer for one `at` so far, authentic; said again with each further one, also after `accept`. The
   * peer gets no answer and there are no keys before `accept`: wait for all types that you require. It is the last output
   * of its step, so that it may be answered by another step at once.
   */
  | {
      readonly type: "offer";
      /** Names the handshake for `accept` and `refuse`. */
      readonly id: number;
      readonly at: bigint;
      /** Of this end. */
      readonly role: Role;
      readonly messages: readonly HandshakeMessage[];
      readonly peer: Introduced;
    }
  /** The flight behind it lets its receiver test one guess of the code: count it first. */
  | { readonly type: "charge" }
  /** The peer has proven the code: the guess that was charged for this run was none. */
  | { readonly type: "refund" }
  /** The peer has proven to have another code; once per run. */
  | { readonly type: "bad-guess" }
  /** Keys. `tentative`: not to be used for sending before a frame under them was heard. `greet`: say so at once. */
  | {
      readonly type: "establish";
      /** Names the exchange from now on. */
      readonly id: number;
      readonly keys: ExchangeKeys;
      readonly peer: Peer;
      readonly tentative: boolean;
      readonly greet: boolean;
    }
  /**
   * A handshake with this `at` is CONFIRMED: the keys of the exchange with this id are the ones to use, and what waits for
   * them may leave. Said again with the id of before when a lasting exchange was kept alive.
   */
  | { readonly type: "confirmed"; readonly id: number; readonly at: bigint }
  /** The peer repeats itself because the greeting was lost. */
  | { readonly type: "repeat-greeting"; readonly id: number }
  /** The exchange with this id is over before another took its place: its keys are to be erased. */
  | { readonly type: "discard"; readonly id: number }
  /** A handshake ended for want of an answer. `guessed`: the peer could test a guess and has not proven the code. */
  | { readonly type: "expired"; readonly role: Role; readonly guessed: boolean }
  /** An authentic message of the peer that breaks the rules. */
  | { readonly type: "fault"; readonly code: string; readonly detail: string }
  /** No `at` is left between these two endpoints; one of them has to come back as another. */
  | { readonly type: "exhausted" }
  | { readonly type: "drop"; readonly code: string }
  | Wake;
