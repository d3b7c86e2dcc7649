import type { DatabaseSync } from "node:sqlite";
import { messageOf, StartError } from "../failure.ts";
import { setUp } from "./schema.ts";
import { loadSqlite } from "./sqlite-module.ts";
import { SqliteCode } from "./tables.ts";

/** Opens the database of a data directory, for this process alone. Throws `StartError`, and whatever SQLite throws. */
export function openDatabase(file: string, directory: string): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    setUp(database, directory);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What the operator is told who wanted to start a relay on this file. */
export function reasonOf(error: unknown, file: string): string {
  if (error instanceof StartError) return error.message;
  const code = (error as { errcode?: number }).errcode;
  const isDamaged = code === SqliteCode.corrupt || code === SqliteCode.notDatabase;
  return `cannot open ${file}: ${messageOf(error)}${isDamaged ? `. ${ADVICE}` : ""}`;
}

const ADVICE =
  "No record in it was changed. Put a backup in its place, or move relay.db* away to begin with nothing: clients then open " +
  "their sessions anew. To save what can still be read of it: sqlite3 relay.db .recover | sqlite3 recovered.db";
