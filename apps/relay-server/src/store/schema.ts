import type { DatabaseSync } from "node:sqlite";
import { StartError } from "../failure.ts";
import { checkBundles } from "./all-bundles.ts";
import { migrate, ROWS_SCHEMA } from "./migrate.ts";
import { recover } from "./recover.ts";
import { APPLICATION_ID, journalTable, SCHEMA_VERSION, SqliteCode, STAMP, TABLES } from "./tables.ts";

/**
 * Locks the database for this process, makes what is written durable, and lays out the tables. The lock ends with the
 * process, however it ends. Throws `StartError`.
 */
export function setUp(database: DatabaseSync, directory: string): void {
  try {
    // Whether space can be given back is decided before anything else is.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA auto_vacuum = INCREMENTAL");
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    database.exec("BEGIN IMMEDIATE; COMMIT");
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SqliteCode.busy) {
      throw new StartError(`the data directory ${directory} is in use by another relay`);
    }
    throw error;
  }
  database.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.exec(`PRAGMA journal_size_limit = ${JOURNAL_SIZE}`);
  const version = pragma(database, "user_version");
  if (version === 0 && pragma(database, "schema_version") === 0) {
    database.exec(`BEGIN IMMEDIATE; ${TABLES} ${journalTable()} ${STAMP} COMMIT`);
    return;
  }
  if (pragma(database, "application_id") !== APPLICATION_ID) {
    throw new StartError(`relay.db in ${directory} is a database of something else`);
  }
  if (version !== SCHEMA_VERSION && version !== NO_JOURNAL_SCHEMA && version !== ROWS_SCHEMA) {
    throw new StartError(`relay.db in ${directory} is of schema ${version}, this relay knows ${SCHEMA_VERSION}`);
  }
  if (database.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"] !== "ok") {
    throw Object.assign(new Error("its pages are malformed"), { errcode: SqliteCode.corrupt });
  }
  if (version === ROWS_SCHEMA) migrate(database);
  if (version === NO_JOURNAL_SCHEMA) database.exec(`BEGIN IMMEDIATE; ${journalTable()} ${STAMP} COMMIT`);
  checkBundles(database);
  recover(database, directory);
}

/** The number that a pragma answers. */
export function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

/** The schema in which nothing was written ahead of the database. */
const NO_JOURNAL_SCHEMA = 3;
/** Memory for pages. */
const CACHE_KIB = 16 * 1024;
/**
 * Pages in the journal (8 MiB) with which they are copied into the database. More would be copied seldomer, and pages that
 * change often less often, but everybody waits while it is done: 16 MiB took 20 ms, these take 13.
 */
const CHECKPOINT_PAGES = 2_048;
/** Bytes to which the journal is cut when it had to grow beyond. */
const JOURNAL_SIZE = 32 * 1024 * 1024;
