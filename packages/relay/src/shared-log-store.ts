import type { AppendWaiter, DamagedLogError, LogRecord, LogStore } from "./log-store.ts";

/**
 * A store that several nodes of a relay have in common, as one of them sees it. The logs are the same for all of them:
 * one order, one position for each entry.
 *
 * In addition to `LogStore`: listeners hear what this node appends, and of the logs that it follows what all others
 * append, too, in the order of positions. A log that was trimmed whole goes on counting, so that nobody takes what comes
 * next for what was there before. Operations keep their order within one log only.
 */
export interface SharedLogStore extends LogStore {
  /** Appends an entry if it gets the position of the record; else the waiter fails with `PositionTakenError`. */
  appendAt(log: string, record: LogRecord, waiter: AppendWaiter): void;
  /**
   * From now on the listeners hear each entry of a log behind the position `after`, whoever has appended it, those that
   * are there already included; the answer ends that. A log is followed once at a time.
   *
   * Who is slower than a trim hears a record that does not stand right behind the one before: what was between is gone,
   * and only the beginning of the log tells the state again. `lost` is called once, and nothing of the log is heard
   * behind it, if what comes next cannot be told any more.
   */
  follow(log: string, after: number, lost: (error: DamagedLogError) => void): () => void;
  /**
   * Resolves when the listeners have heard all that anybody had appended to a followed log when this was called. Rejects
   * if that cannot be found out.
   */
  caughtUp(log: string): Promise<void>;
  /** Tells those who follow a log something that is kept nowhere, and may get lost on the way; this node as well. */
  notify(log: string, notice: string): void;
  /** Calls the listener for every notice on a followed log; the answer ends that. */
  onNotice(listener: NoticeListener): () => void;
  readonly facts: SharedFacts;
}

/** Hears a notice on a log. */
export type NoticeListener = (log: string, notice: string) => void;

/** Something that is said for so many milliseconds. */
export interface Fact {
  readonly value: string;
  readonly life: number;
}

/** What nodes say for a while, as leases and presence: by topic and key, gone when its life is over. */
export interface SharedFacts {
  /** Says something, in the place of what was said under the key before. */
  say(topic: string, key: string, fact: Fact): Promise<void>;
  /** The same, but only where nothing else is said under the key. Answers whether it is said now. */
  claim(topic: string, key: string, fact: Fact): Promise<boolean>;
  /** Takes back what is said under the key, if it is this. */
  retract(topic: string, key: string, value: string): Promise<void>;
  /** All that is said on a topic now, by key. */
  all(topic: string): Promise<ReadonlyMap<string, string>>;
}

/** Another entry has the position, or one before it is not taken yet. Nothing was appended. */
export class PositionTakenError extends Error {
  override readonly name = "PositionTakenError";
}

/** Whether several nodes can have a store in common. */
export function isSharedStore(store: LogStore): store is SharedLogStore {
  return "follow" in store;
}
