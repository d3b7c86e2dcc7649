/** Marks the file as one of ours ("csrl"). */
export const APPLICATION_ID = 0x6373_726c;
/** The version of the tables below. */
export const SCHEMA_VERSION = 2;

// Records lie in the order in which they were written, whatever their log: what is written in one transaction stands
// together then, and a scan reads the file from its beginning to its end. Names of logs have no index, because all of
// them are in memory.

/** Makes the tables. */
export const TABLES = `
  CREATE TABLE logs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    damaged INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE records (
    log INTEGER NOT NULL,
    position INTEGER NOT NULL,
    entry TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
`;
/** Finds records by their places. */
export const INDEX = "CREATE UNIQUE INDEX places ON records (log, position);";
/** Says what the file is. */
export const STAMP = `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION};`;

/** SQLite's numbers for the errors that are told apart. */
export const SqliteCode = { busy: 5, corrupt: 11, notDatabase: 26 } as const;
