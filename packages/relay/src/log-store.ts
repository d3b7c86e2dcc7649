/** An entry as a store keeps it: text that the store does not look into, at its place in one log. */
export interface LogRecord {
  /** Counts up from 1 in each log. Trimming leaves gaps; a position is never given twice while the log exists. */
  readonly position: number;
  readonly entry: string;
}

/** Hears every entry of every log once it is durable, in the order of positions. */
export type LogListener = (log: string, record: LogRecord) => void;

/** A log does not hold any more what was appended to it. What is left of it is nothing to go on from. */
export class DamagedLogError extends Error {
  override readonly name = "DamagedLogError";
}

/**
 * Append-only logs by name. A log exists once something was appended to it. The suite of
 * `@countersign/relay/store-contract` says what this means in full; each store has to pass it.
 */
export interface LogStore {
  /**
   * Appends an entry. Operations of one store take effect in the order in which they were called. Resolves with the
   * position when the entry is durable and the listeners have heard it; rejects if it is not, and then nobody has.
   */
  append(log: string, entry: string): Promise<number>;
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
