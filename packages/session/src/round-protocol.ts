/**
 * A round-based protocol of one party: what somebody implements who wants to run one over Countersign. It holds no
 * state of its own that matters: everything it must remember between two rounds lies in `state`, which the session has
 * on disk before a message of that round leaves. So a party that was killed goes on where it was.
 *
 * Within a round every party sends the same bytes to all (`broadcast`), or bytes of its own to each (`direct`), or both,
 * as the shape of the round says. `begin` and `advance` may be asynchronous: a user may be asked in them.
 */
export interface RoundProtocol<Result> {
  /** Name and version, as in `countersign/frost-keygen/1`: 1 to 64 bytes. Parties with another name never agree. */
  readonly name: string;
  /** The rounds in order, 1 to 64; round r, counted from 1, is `rounds[r - 1]`. */
  readonly rounds: readonly RoundShape[];
  /** Makes the messages of round 1. */
  begin(): Step<Result> | Promise<Step<Result>>;
  /**
   * Takes in a round of which everything is there, and makes the messages of the next one or ends. It may be called
   * again with the same arguments after a crash: what it made before has then not left.
   */
  advance(state: Uint8Array, round: number, received: readonly Received[]): Step<Result> | Promise<Step<Result>>;
  /** Makes the result anew from the state of `done`, for a party that was restarted after it. */
  restore(state: Uint8Array): Result;
}

/** What is sent in a round. */
export interface RoundShape {
  /** For people, 1 to 64 bytes: who is late is told by it. */
  readonly name: string;
  /** Whether everybody sends something to all. */
  readonly broadcast: boolean;
  /** Whether everybody sends something to each of the others. */
  readonly direct: boolean;
  /** How long one waits for the others' messages of this round once one's own have left, in seconds: 1 to 86,400. */
  readonly seconds: number;
  /** Longest broadcast and longest direct message that is taken in this round, in bytes; 65,536 by default. */
  readonly bytes?: number;
}

/** The messages of one of the others in a round: those that the shape of the round has, never missing. */
export interface Received {
  /** Number of the party. */
  readonly from: number;
  readonly broadcast?: Uint8Array;
  readonly direct?: Uint8Array;
}

/** What a protocol wants to happen next. */
export type Step<Result> = NextRound | Done<Result> | GaveUp;

/** Messages for the next round. */
export interface NextRound {
  readonly type: "round";
  /** All that the protocol has to remember. Secret: sealed on disk before the messages leave. */
  readonly state: Uint8Array;
  /** The same for all; there exactly if the shape of the round says so. */
  readonly broadcast?: Uint8Array;
  /** By number, one for each of the others; there exactly if the shape of the round says so. */
  readonly direct?: ReadonlyMap<number, Uint8Array>;
}

/** The protocol has its result; it counts as soon as all parties have signed that they have the same. */
export interface Done<Result> {
  readonly type: "done";
  readonly result: Result;
  /** A public digest that all parties must have alike, 32 bytes. */
  readonly outcome: Uint8Array;
  /** The result, serialised, for `restore`. Secret: sealed on disk before anybody is told. */
  readonly state: Uint8Array;
}

/** The protocol cannot go on. */
export interface GaveUp {
  readonly type: "failed";
  /** Numbers of those who are proven to be at fault. */
  readonly culprits: readonly number[];
  /** A sentence for a person, at most 200 bytes; the others are told it. Never holds a secret. */
  readonly detail: string;
}
