import type { DatabaseSync } from "node:sqlite";

/** Ends a transaction that failed; after some errors SQLite has done so itself. */
export function rollBack(database: DatabaseSync): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // There was nothing left to roll back.
  }
}
