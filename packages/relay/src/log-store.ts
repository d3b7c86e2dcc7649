/** An entry as a store keeps it: text that the store does not look into, at its place in one log. */
export interface LogRecord {
  /** Counts up from 1 in each log. Trimming leaves gaps; a position is never given twice while the log exists. */
  readonly position: number;
  readonly entry: string;
}

/**
 * Hears every entry of every log once it is durable, in the order of positions. `own` is who waits for it, if it was
 * appended by this store and not by one that shares the logs with it.
 */
export type LogListener = (log: string, record: LogRecord, own?: AppendWaiter) => void;

/** Who waits for an entry to be durable. One of the two is called, once and never inside `append`; neither may throw. */
export interface AppendWaiter {
  stored(position: number): void;
  /** The entry is not durable, and no listener has heard it. */
  failed(error: unknown): void;
}

/** A log does not hold any more what was appended to it. What is left of it is nothing to go on from. */
export class DamagedLogError extends Error {
  override readonly name = "DamagedLogError";
}

/**
 * Append-only logs by name. A log exists once something was appended to it. The suite of
 * `@countersign/relay/store-contract` says what this means in full; each store has to pass it.
 */
export interface LogStore {
  /** Whether everything is forgotten when the store is closed, so that nobody will ever read a log from its beginning. */
  readonly isVolatile: boolean;
  /**
   * Appends an entry. Operations of one store take effect in the order in which they were called. The waiter is told the
   * position when the entry is durable and the listeners have heard it. It is no promise, because there is one for each
   * message of a relay: that would be a tenth of what a message costs.
   */
  append(log: string, entry: string, waiter: AppendWaiter): void;
  /**
   * Reads up to `max` records that stand behind the position `after`, in order; fewer where they are large, but none
   * only if there is none. Rejects with `DamagedLogError` rather than to give what was not appended.
   */
  read(log: string, after: number, max: number): Promise<readonly LogRecord[]>;
  /**
   * Gives every record of every log to `visit`, those of one log in their order; how those of several are mixed is the
   * store's choice. Resolves with the names of the logs that are damaged, of which some records were left out.
   */
  scan(visit: LogListener): Promise<ReadonlySet<string>>;
  /** Calls the listener for every entry appended from now on; the answer ends that. */
  subscribe(listener: LogListener): () => void;
  /** Drops the records before a position but for those at the positions `keep`. A log that loses all starts anew. */
  trim(log: string, before: number, keep?: readonly number[]): Promise<void>;
  /** Waits for what was called before, and frees what the store holds. */
  close(): Promise<void>;
}

/** Appends an entry; resolves with its position when it is durable and the listeners have heard it, rejects if it is not. */
export function appended(store: Pick<LogStore, "append">, log: string, entry: string): Promise<number> {
  return new Promise((resolve, reject) => store.append(log, entry, { stored: resolve, failed: reject }));
}
