import type { Wake } from "../machine.ts";
import type { ExchangeKeys } from "./cipher-set.ts";

export type ExchangeInput =
  /** Begin an exchange as initiator, unless one is under way. */
  | { readonly type: "call" }
  /** A handshake body of the machine's cipher set. */
  | { readonly type: "packet"; readonly body: Uint8Array }
  | { readonly type: "time" }
  /** The first authentic frame under the keys of this run was received. */
  | { readonly type: "heard"; readonly id: number }
  | { readonly type: "reconnected" }
  /** Drop everything and erase it. */
  | { readonly type: "end" };

export type ExchangeOutput<Peer> =
  | { readonly type: "send"; readonly body: Uint8Array }
  /** To be durable before what is behind it is sent: the highest `at` that counts for this pair. */
  | { readonly type: "persist-at"; readonly at: bigint }
  /** The flight behind it lets its receiver test one guess of the code: count it first. */
  | { readonly type: "charge" }
  /** The peer has proven the code: the guess that was charged for this run was none. */
  | { readonly type: "refund" }
  /** The peer has proven to have another code; once per run. */
  | { readonly type: "bad-guess" }
  /** Keys. `tentative`: not to be used for sending before a frame under them was heard. `greet`: say so at once. */
  | {
      readonly type: "establish";
      readonly id: number;
      readonly keys: ExchangeKeys;
      readonly peer: Peer;
      readonly tentative: boolean;
      readonly greet: boolean;
    }
  /** The exchange is CONFIRMED: its keys are the ones to use. */
  | { readonly type: "confirmed"; readonly id: number }
  /** The peer repeats itself because the greeting was lost. */
  | { readonly type: "repeat-greeting"; readonly id: number }
  /** The tentative keys of this run will not be used. */
  | { readonly type: "discard"; readonly id: number }
  /** A run ended for want of an answer. `guessed`: the peer could test a guess and has not proven the code. */
  | { readonly type: "expired"; readonly role: Role; readonly guessed: boolean }
  | { readonly type: "refused"; readonly code: string; readonly detail: string }
  /** No `at` is left between these two endpoints. */
  | { readonly type: "exhausted" }
  | { readonly type: "drop"; readonly code: string }
  | Wake;

export type Role = "initiator" | "responder";
