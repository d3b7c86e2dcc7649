import type { LogStore, SnapshotEntry, TimerOutput, TrimOutput } from "@countersign/relay";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Meter } from "../observe/meter.ts";

/** What whoever has appended an entry is told. */
export interface AnswerOutput<Answer> {
  readonly type: "answer" | "reply";
  readonly answer: Answer;
}

/** What a state machine asks of whoever runs it. */
export type Output<Entry, Answer> =
  | AnswerOutput<Answer>
  | { readonly type: "cancel"; readonly key: string }
  | TrimOutput
  | TimerOutput<Entry>;

/** A state machine over a log, with what else it tells by `News`. */
export interface Machine<Entry, Answer, News> {
  apply(position: number, entry: Entry): readonly (Output<Entry, Answer> | News)[];
  /** The snapshot that is worth appending now, if any. */
  snapshot(): SnapshotEntry | undefined;
  /** What is worth dropping now if the log will never be read from its beginning. */
  excess(): TrimOutput | undefined;
  /** All timers that run in the state. */
  timers(): readonly TimerOutput<Entry>[];
  /** Hears news, and the entry that they came of. */
  tell(news: News, entry: Entry): void;
  /** Nothing is on its way to the log at the moment. */
  idle(): void;
}

export interface Surroundings {
  readonly store: LogStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Milliseconds by which timers ring later than they might, so that of several nodes one acts first. */
  lateness?(): number;
}
