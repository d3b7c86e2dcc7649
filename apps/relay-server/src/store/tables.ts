import { randomInt } from "node:crypto";

/** Marks the file as one of ours ("csrl"). */
export const APPLICATION_ID = 0x6373_726c;
/** The version of the tables below. */
export const SCHEMA_VERSION = 4;

// What is written in one transaction stands together, whatever its logs: a row of its own for each entry, with its place in
// an index, costs three times as much as the bytes of the entry. Where the entries of a log are is known from memory, so
// nothing has an index that could be damaged. Bundles have ascending ids, and each log is in order in that order.

/** Makes the tables. */
export const TABLES = `
  CREATE TABLE logs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    before INTEGER NOT NULL,
    kept TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE bundles (
    id INTEGER PRIMARY KEY,
    entries BLOB NOT NULL
  ) STRICT;
`;

/** Makes the table that says which turns of the journal are not in the others yet. Another database has other turns. */
export function journalTable(): string {
  return `
    CREATE TABLE journal (epoch INTEGER NOT NULL) STRICT;
    INSERT INTO journal (epoch) VALUES (${randomInt(2 ** 47)});
  `;
}
/** Says what the file is. */
export const STAMP = `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION};`;

/** SQLite's numbers for the errors that are told apart. */
export const SqliteCode = { busy: 5, corrupt: 11, notDatabase: 26 } as const;
