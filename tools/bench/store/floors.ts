import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ENTRY, type Subject } from "./subject.ts";

/** SQLite as it comes with Node, with so many rows in a transaction, made as the store's are: written ahead and synced. */
export function sqlite(name: string, batch: number): Subject {
  return {
    name,
    async open(directory) {
      const database = new DatabaseSync(join(directory, "plain.db"));
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA locking_mode = EXCLUSIVE");
      database.exec("CREATE TABLE entries (log INTEGER NOT NULL, entry TEXT NOT NULL) STRICT");
      const insert = database.prepare("INSERT INTO entries (log, entry) VALUES (?, ?)");
      const write = () => {
        database.exec("BEGIN");
        for (let i = 0; i < batch; i++) insert.run(i, ENTRY);
        database.exec("COMMIT");
      };
      return { append: (until) => repeat(write, { batch, until }), close: async () => database.close() };
    },
  };
}

/** A file and nothing else, with so many entries in a write that is synced. */
export function file(name: string, batch: number): Subject {
  return {
    name,
    async open(directory) {
      const descriptor = openSync(join(directory, "entries"), "w");
      const write = () => {
        writeSync(descriptor, Array.from({ length: batch }, () => `${ENTRY}\n`).join(""));
        fdatasyncSync(descriptor);
      };
      return { append: (until) => repeat(write, { batch, until }), close: async () => closeSync(descriptor) };
    },
  };
}

async function repeat(
  write: () => void,
  { batch, until }: { readonly batch: number; readonly until: number },
): Promise<number> {
  let count = 0;
  do {
    write();
    count += batch;
  } while (performance.now() < until);
  return count;
}
