import type { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import type { LogListener, LogRecord, LogStore } from "@countersign/relay";
import { messageOf, StartError, StoreError } from "../failure.ts";
import { prepareDatabaseFile } from "./data-directory.ts";
import { setUp } from "./schema.ts";
import { loadSqlite } from "./sqlite-module.ts";

/** What waits for the next transaction. `run` does the work in it and answers what is left to do when it is durable. */
interface Operation {
  readonly run: () => () => void;
  readonly reject: (error: StoreError) => void;
}

/**
 * The store that survives: one SQLite file, written ahead and synced before anything counts. What is ordered within one
 * turn of the event loop shares a transaction, and so one sync of the disk. Throws `StartError`.
 */
export function openSqliteStore(directory: string): LogStore {
  const file = prepareDatabaseFile(directory);
  const { DatabaseSync } = loadSqlite();
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    setUp(database, directory);
    return createStore(database);
  } catch (error) {
    database?.close();
    if (error instanceof StartError) throw error;
    throw new StartError(`cannot open ${file}: ${messageOf(error)}`);
  }
}

function createStore(database: DatabaseSync): LogStore {
  const statements = {
    findLog: database.prepare("SELECT id FROM logs WHERE name = ?"),
    lastOf: database.prepare("SELECT max(position) AS last FROM records WHERE log = ?"),
    addLog: database.prepare("INSERT INTO logs (name) VALUES (?)"),
    dropLog: database.prepare("DELETE FROM logs WHERE id = ?"),
    append: database.prepare("INSERT INTO records (log, position, entry, checksum) VALUES (?, ?, ?, ?)"),
    read: database.prepare(
      "SELECT position, entry, checksum FROM records WHERE log = ? AND position > ? ORDER BY position LIMIT ?",
    ),
    trim: database.prepare(
      "DELETE FROM records WHERE log = ? AND position < ? AND position NOT IN (SELECT value FROM json_each(?))",
    ),
  };
  const listeners = new Set<LogListener>();
  let heads = new Map<string, { readonly id: number; last: number }>();
  let waiting: Operation[] = [];
  let isClosed = false;

  /** The log's number and last position, from the database when it was not looked up before. */
  const headOf = (name: string) => {
    const known = heads.get(name);
    if (known !== undefined) return known;
    const row = statements.findLog.get(name);
    if (row === undefined) return undefined;
    const id = Number(row["id"]);
    const head = { id, last: Number(statements.lastOf.get(id)?.["last"] ?? 0) };
    heads.set(name, head);
    return head;
  };

  const addLog = (name: string) => {
    const head = { id: Number(statements.addLog.run(name).lastInsertRowid), last: 0 };
    heads.set(name, head);
    return head;
  };

  const commit = () => {
    const operations = waiting;
    waiting = [];
    if (isClosed || operations.length === 0) return;
    let afterwards: (() => void)[];
    try {
      database.exec("BEGIN IMMEDIATE");
      afterwards = operations.map(({ run }) => run());
      database.exec("COMMIT");
    } catch (error) {
      rollBack(database);
      heads = new Map();
      for (const { reject } of operations) reject(storeError(error));
      return;
    }
    for (const finish of afterwards) finish();
  };

  const enqueue = <T>(
    start: (resolve: (value: T) => void, reject: (error: StoreError) => void) => () => () => void,
  ) => {
    if (isClosed) return Promise.reject(new StoreError("the store is closed"));
    return new Promise<T>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(commit);
      waiting.push({ run: start(resolve, reject), reject });
    });
  };

  /** What fails here takes all that is in the transaction with it. */
  const write = <T>(run: () => T, whenDurable?: (value: T) => void): Promise<T> =>
    enqueue((resolve) => () => {
      const value = run();
      return () => {
        whenDurable?.(value);
        resolve(value);
      };
    });

  /** What fails here fails alone. */
  const read = <T>(run: () => T): Promise<T> =>
    enqueue((resolve, reject) => () => {
      try {
        const value = run();
        return () => resolve(value);
      } catch (error) {
        return () => reject(storeError(error));
      }
    });

  return {
    append: (log, entry) =>
      write(
        () => {
          const head = headOf(log) ?? addLog(log);
          const position = ++head.last;
          statements.append.run(head.id, position, entry, checksum(log, position, entry));
          return position;
        },
        (position) => {
          for (const listener of listeners) listener(log, { position, entry });
        },
      ),
    read: (log, after, max) =>
      read(() => {
        const head = headOf(log);
        const rows = head === undefined ? [] : statements.read.all(head.id, after, max);
        return rows.map((row) => readRow(log, row));
      }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    trim: (log, before, keep = []) =>
      write(() => {
        const head = headOf(log);
        if (head === undefined) return;
        statements.trim.run(head.id, Math.min(before, Number.MAX_SAFE_INTEGER), JSON.stringify(keep));
        if (statements.lastOf.get(head.id)?.["last"] !== null) return;
        statements.dropLog.run(head.id);
        heads.delete(log);
      }),
    close() {
      commit();
      if (!isClosed) database.close();
      isClosed = true;
      return Promise.resolve();
    },
  };
}

/** Ends a transaction that failed; after some errors SQLite has done so itself. */
function rollBack(database: DatabaseSync): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // There was nothing left to roll back.
  }
}

function storeError(error: unknown): StoreError {
  return error instanceof StoreError ? error : new StoreError(messageOf(error), { cause: error });
}

function readRow(log: string, row: Record<string, unknown>): LogRecord {
  const position = Number(row["position"]);
  const entry = String(row["entry"]);
  if (row["checksum"] !== checksum(log, position, entry)) {
    throw new StoreError(`record ${position} of a log is damaged`);
  }
  return { position, entry };
}

/** Binds an entry to its place, so that neither a flipped bit nor a row in the wrong place goes unnoticed. */
function checksum(log: string, position: number, entry: string): number {
  return crc32(entry, crc32(`${log}/${position}/`));
}
