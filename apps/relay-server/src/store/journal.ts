import type { DatabaseSync, StatementSync } from "node:sqlite";

/**
 * Pages in the journal (8 MiB) with which they are copied into the database. More would be copied seldomer, and pages that
 * change often less often, but everybody waits while it is done: 16 MiB took 20 ms, these take 13.
 */
const PAGES = 2_048;
const PAGE_SIZE = 4_096;
/** Pages that a transaction changes besides those of its rows. */
const PAGES_OF_EACH = 4;

/**
 * Copies the journal into the database, after a transaction and not as the end of one, as SQLite does by itself: there, a
 * copy that fails looks like a transaction that failed, though it is durable.
 */
export class Journal {
  readonly #database: DatabaseSync;
  readonly #rows: StatementSync;
  #rowsBefore: number;
  /** About how many pages it has; SQLite does not say. At first there is what was left in it. */
  #pages = PAGES;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#rows = database.prepare("SELECT total_changes() AS rows");
    this.#rowsBefore = this.#countRows();
    this.copy();
  }

  /** A transaction is durable in which so many bytes were written. */
  committed(bytes: number): void {
    const rows = this.#countRows();
    this.#pages += PAGES_OF_EACH + (rows - this.#rowsBefore) + Math.ceil(bytes / PAGE_SIZE);
    this.#rowsBefore = rows;
  }

  /** Copies it if it is long. What cannot be copied now can be later, and is durable meanwhile. */
  copy(): void {
    if (this.#pages < PAGES) return;
    try {
      this.#database.exec("PRAGMA wal_checkpoint(PASSIVE)");
      this.#pages = 0;
    } catch {
      // It is tried again after the next transaction.
    }
  }

  #countRows(): number {
    return Number(this.#rows.get()?.["rows"]);
  }
}
