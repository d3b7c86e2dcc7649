import type { DatabaseSync } from "node:sqlite";
import { BundleMaker } from "./bundle-maker.ts";
import { seedOf } from "./checksum.ts";
import { checksumOfRow, runsOf } from "./log-row.ts";
import { rollBack } from "./roll-back.ts";
import { journalTable, STAMP, TABLES } from "./tables.ts";

/** The schema in which each entry had a row of its own: `logs (id, name, damaged)`, `records (log, position, entry, checksum)`. */
export const ROWS_SCHEMA = 2;

const ROWS_AT_ONCE = 512;

/** Makes a database of that schema one of ours, in one transaction. What was damaged stays so. Throws what SQLite throws. */
export function migrate(database: DatabaseSync): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    database.exec(`ALTER TABLE logs RENAME TO old_logs; ${TABLES}`);
    writeLogs(database, writeBundles(database));
    database.exec(`DROP TABLE records; DROP TABLE old_logs; ${journalTable()} ${STAMP} COMMIT`);
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** Answers the positions of each log. */
function writeBundles(database: DatabaseSync): ReadonlyMap<number, readonly number[]> {
  const read = database.prepare(
    `SELECT rowid AS id, log, position, CAST(entry AS BLOB) AS entry, checksum & 0xffffffff AS checksum
     FROM records NOT INDEXED WHERE rowid > ? ORDER BY rowid LIMIT ?`,
  );
  const add = database.prepare("INSERT INTO bundles (entries) VALUES (?)");
  const maker = new BundleMaker();
  const positions = new Map<number, number[]>();
  for (let last = 0, isDone = false; !isDone; ) {
    const rows = read.all(last, ROWS_AT_ONCE);
    for (const row of rows) {
      last = Number(row["id"]);
      const [log, position, checksum] = [Number(row["log"]), Number(row["position"]), Number(row["checksum"])];
      const entry = row["entry"] instanceof Uint8Array ? row["entry"] : new Uint8Array();
      if (!maker.hasRoom(entry.length)) add.run(Buffer.concat(maker.take()));
      // With the checksum that it had: a record that is damaged is not made right by being moved.
      maker.move({ log, position, size: entry.length, checksum }, entry);
      const known = positions.get(log);
      if (known === undefined) positions.set(log, [position]);
      else known.push(position);
    }
    isDone = rows.length < ROWS_AT_ONCE;
  }
  if (!maker.isEmpty) add.run(Buffer.concat(maker.take()));
  return positions;
}

function writeLogs(database: DatabaseSync, positions: ReadonlyMap<number, readonly number[]>): void {
  const add = database.prepare("INSERT INTO logs (id, name, before, kept, checksum) VALUES (?, ?, ?, ?, ?)");
  for (const old of database.prepare("SELECT id, name, damaged FROM old_logs").all()) {
    const [id, name] = [Number(old["id"]), String(old["name"])];
    const runs = runsOf(positions.get(id) ?? []);
    const [before = 1] = runs.splice(-2);
    // A record at position 0 that never was: of a log that lost records it is not known which.
    if (old["damaged"] !== 0) runs.unshift(0, 0);
    const kept = JSON.stringify(runs);
    add.run(id, name, before, kept, checksumOfRow(seedOf(name), { id, before, kept }));
  }
}
