import type { DatabaseSync } from "node:sqlite";
import { checksum } from "./checksum.ts";
import { rollBack } from "./roll-back.ts";
import { INDEX, SqliteCode } from "./tables.ts";

/** Whether SQLite finds everything where it has to be. */
export function isSound(database: DatabaseSync): boolean {
  return database.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"] === "ok";
}

/**
 * Makes a database sound again in which single records or places in the index are damaged, and marks the logs that have
 * lost records by it. Throws if it stays unsound, and then nothing has changed.
 */
export function mend(database: DatabaseSync): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    const unreadable = unreadableRows(database);
    const lost = logsWithLosses(database, unreadable);
    database.exec("DROP INDEX places");
    const drop = database.prepare("DELETE FROM records WHERE rowid = ?");
    for (const id of unreadable) drop.run(id);
    database.exec(INDEX);
    const mark = database.prepare("UPDATE logs SET damaged = 1 WHERE id = ?");
    for (const log of lost) mark.run(log);
    if (!isSound(database)) throw Object.assign(new Error("it stays damaged"), { errcode: SqliteCode.corrupt });
    database.exec("COMMIT");
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** The rows that are not what was written. */
function unreadableRows(database: DatabaseSync): number[] {
  const names = namesOf(database);
  const unreadable: number[] = [];
  for (const row of database.prepare("SELECT rowid AS id, * FROM records NOT INDEXED").iterate()) {
    const [position, entry] = [Number(row["position"]), String(row["entry"])];
    const name = names.get(Number(row["log"]));
    if (name === undefined || row["checksum"] !== checksum(name, position, entry)) unreadable.push(Number(row["id"]));
  }
  return unreadable;
}

function namesOf(database: DatabaseSync): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const { id, name } of database.prepare("SELECT id, name FROM logs").iterate())
    names.set(Number(id), String(name));
  return names;
}

/** The logs that the index knows a record of which is not there. What a row says of its place counts only if it is sound. */
function logsWithLosses(database: DatabaseSync, unreadable: readonly number[]): number[] {
  const count = (by: string) => Number(database.prepare(`SELECT count(*) AS n FROM records ${by}`).get()?.["n"]);
  // As many sound rows as places: then it is the index that is wrong, and no record is lost.
  if (unreadable.length === 0 && count("NOT INDEXED") === count("INDEXED BY places")) return [];
  return database
    .prepare(
      `SELECT DISTINCT log FROM (
        SELECT log, position FROM records INDEXED BY places EXCEPT
        SELECT log, position FROM records NOT INDEXED WHERE rowid NOT IN (SELECT value FROM json_each(?))
      )`,
    )
    .all(JSON.stringify(unreadable))
    .map(({ log }) => Number(log));
}
