import type { CeremonyResult } from "@countersign/client";
import type { PinnedPeer } from "@countersign/handshake";
import type { RoundProtocol } from "@countersign/session";
import type { Asking } from "../session/gathering-options.ts";
import type { SessionPlan } from "../session/hold-session.ts";

/** All parties are sure of each other, and the ceremony may begin. */
export interface Begun {
  /** This party's. */
  readonly number: number;
  readonly threshold: number;
  /** GT of the session, 32 bytes, public. */
  readonly transcript: Uint8Array;
  /** All others. */
  readonly pins: readonly PinnedPeer[];
  /** Of all who take part, this party's included, ascending. */
  readonly numbers: readonly number[];
  /** Aborted when the ceremony has ended, in whatever way: a question that is open then is about nothing any more. */
  readonly over: AbortSignal;
  /** Waits for an answer of this user, while others are shown that this party is waited for. */
  readonly asking: Asking;
}

/** The numbers of all who take part, ascending. */
export function numbersOf(self: number, pins: readonly PinnedPeer[]): readonly number[] {
  return [self, ...pins.map(({ number }) => number)].sort((a, b) => a - b);
}

export interface CeremonyPlan<Result> extends SessionPlan {
  readonly role: "host" | "guest";
  /** What is made or signed, for the eye. */
  readonly about: string;
  /** Labels by number of all who may come, where they are known before. */
  readonly known: ReadonlyMap<number, string>;
  readonly waitMs: number;
  /** What a process before this one had reached. Secret. */
  readonly checkpoint: Uint8Array | undefined;
  /** The record of this ceremony that another party has written, a text. */
  readonly otherRecord?: string | undefined;
  /** Whether what this party has made is of use to it even if it never hears what came of it. */
  readonly isHeld: boolean;
  /** This party has its seat: whoever comes to the relay finds the session. */
  seated?(): void;
  protocol(begun: Begun): RoundProtocol<Result>;
  /** Keeps the result; only then the ceremony is forgotten here. May run again in another process. */
  finish(begun: Begun, result: CeremonyResult<Result>): Promise<void>;
}
