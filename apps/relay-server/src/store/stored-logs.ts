import type { DatabaseSync } from "node:sqlite";
import type { Bundles } from "./bundles.ts";
import type { Changes } from "./changes.ts";
import type { FrameChanges } from "./journal-frame.ts";
import { checksumOfRow, runsOf } from "./log-row.ts";
import { StoredLog } from "./stored-log.ts";

/** All logs, by name and by number. They are looked up here only, so that no index of theirs can be damaged. */
export class StoredLogs {
  readonly #changes: Changes;
  readonly #bundles: Bundles;
  readonly #statements;
  readonly #byName = new Map<string, StoredLog>();
  readonly #byId = new Map<number, StoredLog>();
  /** The numbers of those of which the rows are not what they should be. */
  readonly #unsettled = new Set<number>();
  /** The numbers of those that this transaction has made, trimmed or dropped. */
  readonly #changed = new Set<number>();
  #nextId = 1;
  #transaction = 0;

  constructor(database: DatabaseSync, changes: Changes, bundles: Bundles) {
    this.#changes = changes;
    this.#bundles = bundles;
    this.#statements = {
      put: database.prepare("INSERT OR REPLACE INTO logs (id, name, before, kept, checksum) VALUES (?, ?, ?, ?, ?)"),
      drop: database.prepare("DELETE FROM logs WHERE id = ?"),
    };
  }

  /** Takes a log that was there when the database was opened. */
  take(log: StoredLog): void {
    this.reserve(log.id);
    this.#put(log);
  }

  /** A number is never that of another log while a bundle has entries with it, dead ones included. */
  reserve(id: number): void {
    this.#nextId = Math.max(this.#nextId, id + 1);
  }

  get(name: string): StoredLog | undefined {
    return this.#byName.get(name);
  }

  ofId(id: number): StoredLog | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<StoredLog> {
    return this.#byName.values();
  }

  /** What is changed from now on belongs together. */
  begin(): void {
    this.#transaction++;
    this.#changed.clear();
  }

  /** How the logs are that were made, trimmed or dropped since `begin`. */
  changed(): FrameChanges["logs"] {
    return [...this.#changed].map((id) => {
      const log = this.#byId.get(id);
      return { id, row: log === undefined ? null : { name: log.name, before: log.before, kept: keptOf(log) } };
    });
  }

  /** How many logs have rows that are not what they should be. */
  get unsettled(): number {
    return this.#unsettled.size;
  }

  /** Writes some of these rows, those first that are so for the longest time. */
  settle(count: number): void {
    const settled: number[] = [];
    for (const id of this.#unsettled) {
      if (settled.length === count) break;
      settled.push(id);
    }
    for (const id of settled) {
      this.#unsettled.delete(id);
      const log = this.#byId.get(id);
      if (log === undefined) this.#statements.drop.run(id);
      else this.#write(log);
    }
    this.#changes.note(() => {
      for (const id of settled) this.#unsettled.add(id);
    });
  }

  /** Appends an entry and answers its position. */
  append(name: string, entry: Uint8Array): number {
    const log = this.#byName.get(name) ?? this.#add(name);
    this.#touch(log);
    log.last++;
    this.#bundles.append(log, log.last, entry);
    return log.last;
  }

  /** Drops the records before a position but for some, and a log that has none then. */
  trim(name: string, before: number, keep: readonly number[]): void {
    const log = this.#byName.get(name);
    if (log === undefined) return;
    const end = Math.min(before, log.last + 1);
    const kept = new Set(keep);
    const { dropped, rest } = log.places.split(end, kept);
    this.#touch(log);
    this.#bundles.write();
    this.#bundles.release(dropped);
    log.places = rest;
    log.missing = log.missing.filter((position) => position >= end || kept.has(position));
    log.before = Math.max(log.before, end);
    this.#change(log);
    if (rest.count > 0 || log.missing.length > 0) return;
    this.#changes.note(() => this.#put(log));
    this.#remove(log);
  }

  #add(name: string): StoredLog {
    const log = new StoredLog(this.#nextId++, name);
    this.#change(log);
    this.#changes.note(() => this.#remove(log));
    this.#put(log);
    return log;
  }

  /** What the row of a log says is not true any more. */
  #change({ id }: StoredLog): void {
    this.#changed.add(id);
    this.#unsettled.add(id);
  }

  #write(log: StoredLog): void {
    const { id, name, seed, before } = log;
    const kept = keptOf(log);
    this.#statements.put.run(id, name, before, kept, checksumOfRow(seed, { id, before, kept }));
  }

  /** Notes how a log was, before it is changed in a transaction for the first time. */
  #touch(log: StoredLog): void {
    if (log.touched === this.#transaction) return;
    log.touched = this.#transaction;
    const { places, before, last, missing } = log;
    const { count } = places;
    this.#changes.note(() => {
      places.cut(count);
      Object.assign(log, { places, before, last, missing });
    });
  }

  #put(log: StoredLog): void {
    this.#byName.set(log.name, log);
    this.#byId.set(log.id, log);
  }

  #remove(log: StoredLog): void {
    this.#byName.delete(log.name);
    this.#byId.delete(log.id);
  }
}

/** What is left of a log before the position from which on it is whole, as its row says it. */
function keptOf(log: StoredLog): string {
  return JSON.stringify(runsOf(log.kept()));
}
