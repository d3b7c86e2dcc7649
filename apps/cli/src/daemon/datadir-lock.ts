import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { loadSqlite } from "../store/load-sqlite.ts";
import { StartError } from "./start-error.ts";

/** Held by the one process that uses a datadir. */
export interface DatadirLock {
  release(): void;
}

/**
 * Makes the datadir (0700) if need be, and locks it. The lock is one of the system on a file, taken through SQLite, since
 * Node has no call for it: it ends with the process, however that ends. Throws `StartError`.
 */
export function lockDatadir(datadir: string): DatadirLock {
  const file = join(datadir, ".lock");
  try {
    mkdirSync(datadir, { recursive: true, mode: 0o700 });
    closeSync(openSync(file, "a", 0o600));
  } catch (error) {
    throw new StartError(`cannot write to the datadir ${datadir}: ${(error as NodeJS.ErrnoException).code}`);
  }
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch {
    database.close();
    throw new StartError(`the datadir ${datadir} is used by another countersign daemon`);
  }
  return { release: () => database.close() };
}
