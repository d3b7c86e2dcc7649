import type { DatabaseSync } from "node:sqlite";
import type { LogRecord } from "@countersign/relay";
import { messageOf } from "../failure.ts";
import type { Batch, Done, Failure, Outcome, Portion, Work } from "./batch.ts";
import { checksum } from "./checksum.ts";
import { Heads } from "./heads.ts";
import { rollBack } from "./roll-back.ts";
import { scanLogs } from "./scan-logs.ts";
import { SCHEMA_VERSION, SqliteCode } from "./tables.ts";

/** Characters of a read, beyond which no further record is added. */
const READ_SIZE = 128 * 1024;

/** Logs in an SQLite database. Does all work at once and waits for the disk: for a thread that has nothing else to do. */
export class LogDatabase {
  readonly #database: DatabaseSync;
  readonly #heads: Heads;
  readonly #statements;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#heads = new Heads(database);
    this.#statements = {
      append: database.prepare("INSERT INTO records (log, position, entry, checksum) VALUES (?, ?, ?, ?)"),
      read: database.prepare(
        "SELECT position, entry, checksum FROM records WHERE log = ? AND position > ? ORDER BY position LIMIT ?",
      ),
      trim: database.prepare(
        "DELETE FROM records WHERE log = ? AND position < ? AND position NOT IN (SELECT value FROM json_each(?))",
      ),
    };
  }

  /** Does a batch. What is to be written in it is durable when it returns, all of it or nothing. Never throws. */
  run(batch: Batch, visit: (portion: Portion) => void): Done {
    if (batch.work.every(isReading)) {
      const outcomes = this.#each(batch, (log, work) => this.#alone(() => this.#do(log, work, visit)));
      return { outcomes, seconds: undefined, failed: false };
    }
    const began = performance.now();
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      const outcomes = this.#each(batch, (log, work) => this.#do(log, work, visit));
      this.#database.exec("COMMIT");
      this.#heads.keep();
      return { outcomes, seconds: (performance.now() - began) / 1_000, failed: false };
    } catch (error) {
      rollBack(this.#database);
      this.#heads.restore(batch.logs);
      const failure = failureOf(error);
      // A scan is not done again: what it has given away it would give once more.
      const outcomes = this.#each(batch, (log, work) =>
        isRead(work) ? this.#alone(() => this.#read(log, work)) : failure,
      );
      return { outcomes, seconds: undefined, failed: true };
    }
  }

  close(): void {
    this.#database.close();
  }

  #each({ logs, work }: Batch, run: (log: string, work: Work) => Outcome): Outcome[] {
    return work.map((one, i) => run(logs[i] ?? "", one));
  }

  /** Outside of a transaction, what fails fails alone. In one, SQLite may have ended it with what failed. */
  #alone(act: () => Outcome): Outcome {
    try {
      return act();
    } catch (error) {
      return failureOf(error);
    }
  }

  #do(log: string, work: Work, visit: (portion: Portion) => void): Outcome {
    if (typeof work === "string") return this.#append(log, work);
    switch (work.type) {
      case "read":
        return this.#read(log, work);
      case "trim":
        return this.#trim(log, work);
      case "scan":
        return scanLogs(this.#database, this.#heads, visit);
      case "probe":
        this.#database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
        return null;
    }
  }

  #append(log: string, entry: string): number {
    const head = this.#heads.find(log) ?? this.#heads.add(log);
    const position = ++head.last;
    this.#statements.append.run(head.id, position, entry, checksum(log, position, entry));
    return position;
  }

  #trim(log: string, { before, keep }: { readonly before: number; readonly keep: readonly number[] }): null {
    const head = this.#heads.find(log);
    if (head === undefined) return null;
    this.#statements.trim.run(head.id, Math.min(before, Number.MAX_SAFE_INTEGER), JSON.stringify(keep));
    this.#heads.dropIfEmpty(log);
    return null;
  }

  #read(log: string, { after, max }: Read): Outcome {
    const head = this.#heads.find(log);
    if (head === undefined) return [];
    if (head.isDamaged) return { failure: "a part of a log is lost", damaged: true };
    const records: LogRecord[] = [];
    let size = 0;
    for (const row of this.#statements.read.iterate(head.id, after, max)) {
      const [position, entry] = [Number(row["position"]), String(row["entry"])];
      if (row["checksum"] !== checksum(log, position, entry)) {
        return { failure: `record ${position} of a log is damaged`, damaged: true };
      }
      records.push({ position, entry });
      size += entry.length;
      if (size >= READ_SIZE) break;
    }
    return records;
  }
}

type Read = Extract<Work, { type: "read" }>;

function isRead(work: Work): work is Read {
  return typeof work !== "string" && work.type === "read";
}

function isReading(work: Work): boolean {
  return isRead(work) || (typeof work !== "string" && work.type === "scan");
}

function failureOf(error: unknown): Failure {
  return { failure: messageOf(error), damaged: (error as { errcode?: number }).errcode === SqliteCode.corrupt };
}
