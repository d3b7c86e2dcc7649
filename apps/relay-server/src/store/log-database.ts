import type { DatabaseSync } from "node:sqlite";
import type { LogRecord } from "@countersign/relay";
import type { Batch, Done, Failure, Outcome, Portion, Work } from "./batch.ts";
import { Bundles, type IsLiving } from "./bundles.ts";
import { Changes } from "./changes.ts";
import { type FoundRecord, indexedRecords, indexRecords } from "./index-records.ts";
import { Journal } from "./journal.ts";
import { readLog } from "./read-log.ts";
import { epochOf } from "./recover.ts";
import { rollBack } from "./roll-back.ts";
import { scanLogs } from "./scan-logs.ts";
import { Settler } from "./settler.ts";
import { StoredLogs } from "./stored-logs.ts";
import { failureOf, isRead, isReading, isScan, type Read } from "./work.ts";

/** Bundles that are made smaller at once: some milliseconds. */
const COMPACTED_AT_ONCE = 32;

interface LogDatabaseOptions {
  /** The data directory, for what is written ahead of the database. */
  readonly directory: string;
  /** Takes what a scan finds. */
  readonly give: (portion: Portion) => void;
  /** Bytes of dead entries that are kept in any case. */
  readonly kept?: number;
  /** Bytes of a full file of the journal. */
  readonly full?: number;
}

/** Logs in an SQLite database. Does all work at once and waits for the disk: for a thread that has nothing else to do. */
export class LogDatabase {
  readonly #database: DatabaseSync;
  readonly #give: (portion: Portion) => void;
  readonly #changes = new Changes();
  readonly #journal: Journal;
  readonly #bundles: Bundles;
  readonly #logs: StoredLogs;
  readonly #settler: Settler;
  /** Whether it is known where the records are. */
  #index: "no" | "begun" | "yes" = "no";
  /** What is appended, as the batches say. */
  #entries: Uint8Array = new Uint8Array();

  /** Throws what SQLite throws. */
  constructor(database: DatabaseSync, { directory, give, kept, full }: LogDatabaseOptions) {
    this.#database = database;
    this.#give = give;
    const changes = this.#changes;
    const journal = new Journal(directory, epochOf(database), full);
    const bundles = new Bundles(database, { journal, changes, kept });
    const logs = new StoredLogs(database, changes, bundles);
    this.#journal = journal;
    this.#bundles = bundles;
    this.#logs = logs;
    this.#settler = new Settler({ database, changes, journal, bundles, logs, isLiving: this.#isLiving });
  }

  /** Does a batch. What is to be written in it is durable when it returns, all of it or nothing. Never throws. */
  run(batch: Batch): Done {
    if (batch.entries !== null) this.#entries = Buffer.from(batch.entries);
    if (batch.work.every(isReading)) {
      const outcomes = this.#each(batch, (log, work, start) => this.#alone(() => this.#do(log, work, start)));
      return { outcomes, seconds: undefined, failed: false };
    }
    const began = performance.now();
    try {
      const outcomes = this.#write(() => this.#each(batch, (log, work, start) => this.#do(log, work, start)));
      return { outcomes, seconds: (performance.now() - began) / 1_000, failed: false };
    } catch (error) {
      const failure = failureOf(error);
      // A scan is not done again: what it has given away it would give once more.
      const outcomes = this.#each(batch, (log, work) =>
        isRead(work) ? this.#alone(() => this.#read(log, work)) : failure,
      );
      return { outcomes, seconds: undefined, failed: true };
    }
  }

  /** Does a little of what can wait. Answers whether it did; what it could not write can wait longer. */
  tidy(): boolean {
    try {
      if (this.#settler.isDue) this.#inDatabase(() => this.#settler.settle({ isAll: false }));
      else if (this.#bundles.isWasteful) {
        this.#inDatabase(() => this.#bundles.compact(COMPACTED_AT_ONCE, this.#isLiving));
      } else return false;
      return true;
    } catch {
      // Nothing is lost by it, and whoever writes next learns what is the matter.
      return false;
    }
  }

  /** Takes everything over into the database. Throws if that cannot be written; then it stays in the journal. */
  settle(): void {
    this.#turn();
    this.#settleAll();
  }

  /** Ends it, with everything in the database, where that can be written. */
  close(): void {
    let isDone = false;
    try {
      this.settle();
      isDone = true;
    } catch {
      // Who opens it next takes it over.
    }
    this.#database.close();
    this.#journal.close({ isDone });
  }

  readonly #isLiving: IsLiving = ({ log, position }, bundle) => this.#logs.ofId(log)?.places.find(position) === bundle;

  /** Writes a frame of the journal. */
  #write<T>(act: () => T): T {
    try {
      if (this.#settler.isTimeToTurn) this.#turn();
      this.#logs.begin();
      this.#bundles.begin();
      const result = act();
      this.#bundles.write();
      this.#journal.write({ ...this.#bundles.changed(), logs: this.#logs.changed() });
      this.#changes.keep();
      return result;
    } catch (error) {
      this.#bundles.forget();
      this.#changes.takeBack();
      throw error;
    }
  }

  /** Goes on in the other file of the journal, when that is free. */
  #turn(): void {
    this.#settleAll();
    this.#settler.turn();
  }

  #settleAll(): void {
    if (this.#settler.isUnderWay) this.#inDatabase(() => this.#settler.settle({ isAll: true }));
  }

  #inDatabase(act: () => void): void {
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      act();
      this.#database.exec("COMMIT");
      this.#changes.keep();
    } catch (error) {
      rollBack(this.#database);
      this.#bundles.forget();
      this.#changes.takeBack();
      throw error;
    }
  }

  /** `start`: where the entry begins that is appended. */
  #each({ names, logs, work }: Batch, run: (log: string, work: Work, start: number) => Outcome): Outcome[] {
    let end = 0;
    return work.map((one, i) => {
      const start = end;
      if (typeof one === "number") end += one;
      return run(names[logs[i] ?? 0] ?? "", one, start);
    });
  }

  /** Outside of a transaction, what fails fails alone. In one, SQLite may have ended it with what failed. */
  #alone(act: () => Outcome): Outcome {
    try {
      return act();
    } catch (error) {
      return failureOf(error);
    }
  }

  #do(log: string, work: Work, start: number): Outcome {
    if (this.#index !== "yes" && !isScan(work)) for (const _ of this.#records());
    if (typeof work === "number") return this.#logs.append(log, this.#entries.subarray(start, start + work));
    switch (work.type) {
      case "read":
        return this.#read(log, work);
      case "trim":
        this.#logs.trim(log, work.before, work.keep);
        return null;
      case "scan":
        this.#bundles.write();
        return scanLogs(this.#records(), this.#logs, this.#give);
      case "probe":
        // That there is a frame of it is enough.
        return null;
    }
  }

  /** All there are. The first time they are read, they are indexed: a relay that starts reads its database once. */
  *#records(): Generator<FoundRecord> {
    if (this.#index === "yes") return yield* indexedRecords(this.#logs, this.#bundles);
    if (this.#index === "begun") throw new Error("the database could not be read");
    this.#index = "begun";
    yield* indexRecords(this.#database, this.#logs, this.#bundles);
    this.#index = "yes";
  }

  #read(name: string, { after, max }: Read): readonly LogRecord[] | Failure {
    this.#bundles.write();
    const log = this.#logs.get(name);
    return log === undefined ? [] : readLog(log, this.#bundles, { after, max });
  }
}
