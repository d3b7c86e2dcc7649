import type { DatabaseSync } from "node:sqlite";
import type { Bundles } from "./bundles.ts";
import type { Changes } from "./changes.ts";
import { checksumOfRow, runsOf } from "./log-row.ts";
import { StoredLog } from "./stored-log.ts";

/** All logs, by name and by number. They are looked up here only, so that no index of theirs can be damaged. */
export class StoredLogs {
  readonly #changes: Changes;
  readonly #bundles: Bundles;
  readonly #statements;
  readonly #byName = new Map<string, StoredLog>();
  readonly #byId = new Map<number, StoredLog>();
  #nextId = 1;
  #transaction = 0;

  constructor(database: DatabaseSync, changes: Changes, bundles: Bundles) {
    this.#changes = changes;
    this.#bundles = bundles;
    this.#statements = {
      add: database.prepare("INSERT INTO logs (id, name, before, kept, checksum) VALUES (?, ?, ?, ?, ?)"),
      trim: database.prepare("UPDATE logs SET before = ?, kept = ?, checksum = ? WHERE id = ?"),
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
    if (rest.count === 0 && log.missing.length === 0) this.#drop(log);
    else this.#write(log);
  }

  #add(name: string): StoredLog {
    const log = new StoredLog(this.#nextId++, name);
    const row = { id: log.id, before: log.before, kept: "[]" };
    this.#statements.add.run(row.id, name, row.before, row.kept, checksumOfRow(log.seed, row));
    this.#changes.note(() => this.#remove(log));
    this.#put(log);
    return log;
  }

  /** Writes what is trimmed of a log. */
  #write(log: StoredLog): void {
    const { id, seed, before } = log;
    const kept = JSON.stringify(runsOf(log.kept()));
    this.#statements.trim.run(before, kept, checksumOfRow(seed, { id, before, kept }), id);
  }

  #drop(log: StoredLog): void {
    this.#statements.drop.run(log.id);
    this.#changes.note(() => this.#put(log));
    this.#remove(log);
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
