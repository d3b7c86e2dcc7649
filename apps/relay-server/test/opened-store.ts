import type { DatabaseSync } from "node:sqlite";
import type { LogRecord } from "@countersign/relay";
import type { Done, Outcome, Portion } from "../src/store/batch.ts";
import { BatchWriter } from "../src/store/batch-writer.ts";
import { prepareDatabaseFile } from "../src/store/data-directory.ts";
import { LogDatabase } from "../src/store/log-database.ts";
import { openDatabase } from "../src/store/open-database.ts";
import type { Order } from "../src/store/orders.ts";

/** What the thread of the store has, in the thread of the test. */
export class OpenedStore {
  readonly database: DatabaseSync;
  readonly #logs: LogDatabase;
  readonly #writer = new BatchWriter();
  #scanned: Portion[] = [];

  /**
   * `kept`: bytes of dead entries that are kept in any case. `full`: those with which a file of the journal is full; by
   * default each transaction takes over into the database what the one before has written.
   */
  constructor(directory: string, kept = 0, full = 1) {
    this.database = openDatabase(prepareDatabaseFile(directory), directory);
    this.#logs = new LogDatabase(this.database, {
      directory,
      give: (portion) => this.#scanned.push(portion),
      kept,
      full,
    });
  }

  /** Does all of it in one transaction. */
  run(...ordered: readonly (readonly [log: string, order: Order])[]): Done {
    const [logs, orders] = [ordered.map(([log]) => log), ordered.map(([, order]) => order)];
    return this.#logs.run(this.#writer.write({ logs, orders }));
  }

  do(log: string, order: Order): Outcome | undefined {
    return this.run([log, order]).outcomes[0];
  }

  read(log: string, after = 0, max = 1_000_000): Outcome | undefined {
    return this.do(log, { type: "read", after, max });
  }

  trim(log: string, before: number, keep: readonly number[] = []): void {
    this.do(log, { type: "trim", before, keep });
  }

  /** Takes everything over from the journal. */
  settle(): void {
    this.#logs.settle();
  }

  /** Makes room as often as there is something to be made. Answers how often. */
  tidy(): number {
    let times = 0;
    while (this.#logs.tidy()) times++;
    return times;
  }

  scan(): { readonly logs: Readonly<Record<string, readonly LogRecord[]>>; readonly damaged: readonly string[] } {
    this.#scanned = [];
    const damaged = this.do("", { type: "scan" }) as ReadonlySet<string>;
    const names = new Map<number, string>();
    const logs: Record<string, LogRecord[]> = {};
    for (const portion of this.#scanned) {
      for (const [id, name] of portion.names) names.set(id, name);
      for (const [i, id] of portion.logs.entries()) {
        const name = names.get(id) ?? "";
        logs[name] ??= [];
        logs[name].push({ position: portion.positions[i] ?? 0, entry: portion.entries[i] ?? "" });
      }
    }
    return { logs: Object.fromEntries(Object.entries(logs).sort()), damaged: [...damaged].sort() };
  }

  /** Bytes of all bundles. */
  get size(): number {
    return Number(this.database.prepare("SELECT sum(length(entries)) AS size FROM bundles").get()?.["size"]);
  }

  close(): void {
    this.#logs.close();
  }
}
