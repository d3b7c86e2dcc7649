/** An entry as a store keeps it: text that the store does not look into, at its place in one log. */
export interface LogRecord {
  /** Counts up from 1 in each log. Trimming leaves gaps; a position is never given twice while the log exists. */
  readonly position: number;
  readonly entry: string;
}

/** Hears every entry of every log once it is durable, in the order of positions. */
export type LogListener = (log: string, record: LogRecord) => void;

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
  /** Reads up to `max` records that stand behind the position `after`, in order. */
  read(log: string, after: number, max: number): Promise<readonly LogRecord[]>;
  /** Calls the listener for every entry appended from now on; the answer ends that. */
  subscribe(listener: LogListener): () => void;
  /** Drops the records before a position but for those at the positions `keep`. A log that loses all starts anew. */
  trim(log: string, before: number, keep?: readonly number[]): Promise<void>;
  /** Waits for what was called before, and frees what the store holds. */
  close(): Promise<void>;
}
