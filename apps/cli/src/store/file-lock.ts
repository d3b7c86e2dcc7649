import { closeSync, openSync, rmSync } from "node:fs";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { loadSqlite } from "./load-sqlite.ts";

/** Held by the one process that writes a file. */
export interface FileLock {
  /** `forGood`: the file is gone, and its lock with it. */
  release(forGood?: boolean): void;
}

/**
 * Locks a file by another one beside it. The lock is one of the system, taken through SQLite, since Node has no call for
 * it: it ends with the process, however that ends. Throws `CommandError` if another process has it.
 */
export function lockFile(path: string): FileLock {
  const file = `${path}.lock`;
  closeSync(openSync(file, "a", 0o600));
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    const message = "This session is open in another process. End that one first.";
    throw new CommandError(ExitStatus.error, "session.in-use", message, { cause });
  }
  return {
    release(forGood = false) {
      if (forGood) rmSync(file, { force: true });
      database.close();
    },
  };
}
