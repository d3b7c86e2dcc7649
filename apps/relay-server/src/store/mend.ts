import type { DatabaseSync } from "node:sqlite";
import { checksum } from "./checksum.ts";
import { INDEX } from "./tables.ts";

/** Whether SQLite finds everything where it has to be. */
export function isSound(database: DatabaseSync): boolean {
  return database.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"] === "ok";
}

/**
 * Makes a database sound again in which single records or places in the index are damaged, and marks the logs to which
 * that happened. Throws if it stays unsound, and then nothing has changed.
 */
export function mend(database: DatabaseSync): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    const names = namesOf(database);
    const damaged = new Set(mismatched(database));
    const unreadable: number[] = [];
    for (const row of database.prepare("SELECT rowid AS id, * FROM records NOT INDEXED").iterate()) {
      const [log, position, entry] = [Number(row["log"]), Number(row["position"]), String(row["entry"])];
      const name = names.get(log);
      if (name !== undefined && row["checksum"] === checksum(name, position, entry)) continue;
      damaged.add(log);
      unreadable.push(Number(row["id"]));
    }
    database.exec("DROP INDEX places");
    const drop = database.prepare("DELETE FROM records WHERE rowid = ?");
    for (const id of unreadable) drop.run(id);
    database.exec(INDEX);
    const mark = database.prepare("UPDATE logs SET damaged = 1 WHERE id = ?");
    for (const log of damaged) mark.run(log);
    if (!isSound(database)) throw new Error("the database stays damaged");
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

function namesOf(database: DatabaseSync): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const { id, name } of database.prepare("SELECT id, name FROM logs").iterate())
    names.set(Number(id), String(name));
  return names;
}

/** The logs of which a record is in the table and not in the index, or the other way. */
function mismatched(database: DatabaseSync): number[] {
  const [table, index] = ["NOT INDEXED", "INDEXED BY places"].map((by) => `SELECT log, position FROM records ${by}`);
  const rows = database
    .prepare(`SELECT log FROM (${table} EXCEPT ${index}) UNION SELECT log FROM (${index} EXCEPT ${table})`)
    .all();
  return rows.map(({ log }) => Number(log));
}
