import type { AppendWaiter, LogStore } from "@countersign/relay";
import { openSqliteStore } from "@countersign/relay-server";
import { ENTRY, type Subject } from "./subject.ts";

/** Logs that appenders share, as members of sessions do. */
const LOGS = 20;

/** Our store with so many who append, each of whom waits until an entry is durable before the next one. */
export function ours(name: string, appenders: number): Subject {
  return {
    name,
    async open(directory) {
      const store = await openSqliteStore(directory);
      return {
        append: (until) => appendAll(store, appenders, until),
        close: () => store.close(),
      };
    },
  };
}

function appendAll(store: LogStore, appenders: number, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let [count, left] = [0, appenders];
    for (let i = 0; i < appenders; i++) {
      const log = `log ${i % LOGS}`;
      const waiter: AppendWaiter = {
        stored() {
          count++;
          if (performance.now() < until) store.append(log, ENTRY, waiter);
          else if (--left === 0) resolve(count);
        },
        failed: reject,
      };
      store.append(log, ENTRY, waiter);
    }
  });
}
