import type { DatabaseSync } from "node:sqlite";
import { StartError } from "../failure.ts";

/** Marks the file as one of ours ("csrl"). */
const APPLICATION_ID = 0x6373_726c;
const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE logs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE records (
    log INTEGER NOT NULL REFERENCES logs (id),
    position INTEGER NOT NULL,
    entry TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (log, position)
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Locks the database for this process, makes what is written durable, and lays out the tables. The lock ends with the
 * process, however it ends.
 */
export function setUp(database: DatabaseSync, directory: string): void {
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    database.exec("BEGIN IMMEDIATE; COMMIT");
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) {
      throw new StartError(`the data directory ${directory} is in use by another relay`);
    }
    throw error;
  }
  const version = pragma(database, "user_version");
  if (version === 0 && pragma(database, "schema_version") === 0) {
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`);
  } else if (pragma(database, "application_id") !== APPLICATION_ID) {
    throw new StartError(`relay.db in ${directory} is a database of something else`);
  } else if (version !== SCHEMA_VERSION) {
    throw new StartError(`relay.db in ${directory} is of schema ${version}, this relay knows ${SCHEMA_VERSION}`);
  }
}

const SQLITE_BUSY = 5;

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
