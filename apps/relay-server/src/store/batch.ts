import type { LogRecord } from "@countersign/relay";

// What the store and its worker say to each other. A batch is some arrays of numbers and little else, because every object
// more costs the event loop of the relay about as much as a small message does, and every text twice that.

/** What a log is asked for. A number: an entry of so many bytes is appended to it. */
export type Work =
  | number
  | { readonly type: "read"; readonly after: number; readonly max: number }
  | { readonly type: "trim"; readonly before: number; readonly keep: readonly number[] }
  | { readonly type: "scan" }
  /** Writes something that means nothing, to see whether it can be written. */
  | { readonly type: "probe" };

/** Work in the order in which it was ordered. */
export interface Batch {
  /** The logs that it is about, each once. */
  readonly names: readonly string[];
  /** `work[i]` is asked of the log `names[logs[i]]`. */
  readonly logs: readonly number[];
  readonly work: readonly Work[];
  /** Begins with what is appended, one behind the other, in UTF-8; null: it is the same memory as in the batch before. */
  readonly entries: SharedArrayBuffer | null;
}

/** Why one thing was not done. */
export interface Failure {
  readonly failure: string;
  /** The log does not hold what was appended to it. */
  readonly damaged: boolean;
}

/** What came of a work: the position of an append, the records of a read, the damaged logs of a scan. */
export type Outcome = number | readonly LogRecord[] | ReadonlySet<string> | Failure | null;

/** Records of a scan, as columns: `entries[i]` is at `positions[i]` in the log with the number `logs[i]`. */
export interface Portion {
  /** The names of logs that no portion before had records of, with their numbers. */
  readonly names: readonly (readonly [number, string])[];
  readonly logs: readonly number[];
  readonly positions: readonly number[];
  readonly entries: readonly string[];
}

/** What became of a batch. */
export interface Done {
  readonly outcomes: readonly Outcome[];
  /** How long the transaction took, undefined if nothing was written. */
  readonly seconds: number | undefined;
  /** Whether the transaction failed, and with it all that was to be written. */
  readonly failed: boolean;
}

/** What the worker says. */
export type Report =
  | { readonly type: "ready" }
  /** The database cannot be opened, for a reason that the operator is told. */
  | { readonly type: "unfit"; readonly reason: string }
  | { readonly type: "portion"; readonly portion: Portion }
  | { readonly type: "done"; readonly done: Done };

/** What the worker is given when it is made. */
export interface WorkerData {
  readonly file: string;
  readonly directory: string;
  /** Numbers for both threads, at the places of `Count`. */
  readonly counts: SharedArrayBuffer;
}

/** What the store counts for its worker: the portions that it has taken, so that the worker does not run far ahead, and its messages. */
export const Count = { taken: 0, said: 1, all: 2 } as const;

/** Portions of a scan that may be under way. */
export const PORTIONS_AHEAD = 4;
