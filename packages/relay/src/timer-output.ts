/** Append `entry` after so many seconds, unless a timer of the same key replaces this one or it is cancelled. */
export interface TimerOutput<Entry> {
  readonly type: "timer";
  readonly key: string;
  readonly after: number;
  readonly entry: Entry;
}

/** A timer that is wanted no more. */
export interface CancelOutput {
  readonly type: "cancel";
  readonly key: string;
}
