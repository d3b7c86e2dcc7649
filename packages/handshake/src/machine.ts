/** A moment, handed in by whoever runs a machine: machines have no clock of their own. */
export interface Instant {
  /** Milliseconds of a clock that never goes back (monotonic); only differences mean anything. */
  readonly ms: number;
  /** Seconds since 1970 by the wall clock; used for a new `at` only, and may be wrong. */
  readonly unixSeconds: number;
}

/**
 * A protocol machine: everything that happens goes in by one synchronous verb, everything to do comes out as data.
 * Bytes from the network never make it throw; calling it wrongly throws `UsageError`.
 */
export interface Machine<Input, Output> {
  step(input: Input, now: Instant): readonly Output[];
}

/** Asks for the input `{type: "time"}` at `at` (monotonic ms); replaces the wake before; `undefined` takes it back. */
export interface Wake {
  readonly type: "wake";
  readonly at: number | undefined;
}

/** Bytes from the network that changed nothing, and why. Count it, log the code, go on. */
export interface Drop {
  readonly type: "drop";
  /** Stable, dotted: `wire.…` from a decoder, `exchange.…`, `channel.…`, `sas.…` from a machine. */
  readonly code: string;
  /** Number of the party that the relay says it is from; a hint, unless the code begins with `peer.`. */
  readonly from: number;
}

/**
 * Something that must be durable before anything behind it leaves. The outputs behind it are held back until the input
 * `{type: "persisted", id}`; whoever cannot write, never answers.
 */
export interface Persist<Entry> {
  readonly type: "persist";
  readonly id: number;
  readonly entry: Entry;
}

/** The answer to `Persist`: the entry with this id is on disk. */
export interface Persisted {
  readonly type: "persisted";
  readonly id: number;
}
