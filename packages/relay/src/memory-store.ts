import type { LogListener, LogRecord, LogStore } from "./log-store.ts";

/** Characters of a read, beyond which no further record is added. */
const READ_SIZE = 128 * 1024;

/** A store that forgets everything when the process ends: for tests and for relays that keep nothing at rest. */
export function createMemoryStore(): LogStore {
  const logs = new Map<string, { last: number; records: LogRecord[] }>();
  const listeners = new Set<LogListener>();
  // Operations run one behind the other, never inside the call that ordered them.
  let waiting: (() => void)[] = [];
  const run = () => {
    const operations = waiting;
    waiting = [];
    for (const operation of operations) operation();
  };
  const enqueue = (operation: () => void) => {
    if (waiting.push(operation) === 1) Promise.resolve().then(run);
  };
  const promise = <T>(operation: () => T): Promise<T> =>
    new Promise((resolve, reject) =>
      enqueue(() => {
        try {
          resolve(operation());
        } catch (error) {
          reject(error);
        }
      }),
    );

  return {
    isVolatile: true,
    append: (log, entry, waiter) =>
      enqueue(() => {
        let kept = logs.get(log);
        if (kept === undefined) {
          kept = { last: 0, records: [] };
          logs.set(log, kept);
        }
        const record = { position: ++kept.last, entry };
        kept.records.push(record);
        for (const listener of listeners) listener(log, record);
        waiter.stored(record.position);
      }),
    read: (log, after, max) =>
      promise(() => {
        const records = logs.get(log)?.records ?? [];
        const start = firstBehind(records, after);
        return records.slice(start, endOfRead(records, start, start + max));
      }),
    scan: (visit) =>
      promise(() => {
        for (const [log, { records }] of logs) for (const record of records) visit(log, record);
        return new Set<string>();
      }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    trim: (log, before, keep = []) =>
      promise(() => {
        const kept = logs.get(log);
        if (kept === undefined) return;
        const positions = new Set(keep);
        kept.records = kept.records.filter(({ position }) => position >= before || positions.has(position));
        if (kept.records.length === 0) logs.delete(log);
      }),
    close: () => promise(() => listeners.clear()),
  };
}

/** The index of the first record behind a position. */
function firstBehind(records: readonly LogRecord[], after: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.position ?? 0) > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The index up to which records are read from `start` on. */
function endOfRead(records: readonly LogRecord[], start: number, max: number): number {
  let size = 0;
  let end = start;
  while (end < Math.min(max, records.length) && size < READ_SIZE) size += records[end++]?.entry.length ?? 0;
  return end;
}
