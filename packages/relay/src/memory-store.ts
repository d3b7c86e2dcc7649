import { recordsBehind } from "./kept-records.ts";
import type { LogListener, LogRecord, LogStore } from "./log-store.ts";

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
        for (const listener of listeners) listener(log, record, waiter);
        waiter.stored(record.position);
      }),
    read: (log, after, max) => promise(() => recordsBehind(logs.get(log)?.records ?? [], after, max)),
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
