import type { DatabaseSync } from "node:sqlite";
import type { Portion } from "./batch.ts";
import { checksum } from "./checksum.ts";
import type { Heads } from "./heads.ts";

/** Records and characters after which a portion is given away. */
const PORTION = { records: 2_048, size: 1024 * 1024 };

/** Rows that SQLite is asked for at once, which costs much less than one by one. */
const ROWS_AT_ONCE = 512;

/**
 * Reads all records in the order in which they were written, which is that of each log, and gives those that are what was
 * appended to `visit`. Answers the names of the logs that are damaged.
 */
export function scanLogs(database: DatabaseSync, heads: Heads, visit: (portion: Portion) => void): ReadonlySet<string> {
  const names = heads.names();
  const damaged = heads.damaged();
  const last = new Map<number, number>();
  let portion = emptyPortion();
  let size = 0;
  const give = () => {
    if (portion.logs.length > 0) visit(portion);
    portion = emptyPortion();
    size = 0;
  };
  for (const row of allRows(database)) {
    const [id, position, entry] = [Number(row["log"]), Number(row["position"]), String(row["entry"])];
    const log = names.get(id);
    // The number of a log was damaged; then there is a log without records.
    if (log === undefined) continue;
    const before = last.get(id);
    if (row["checksum"] !== checksum(log, position, entry) || position <= (before ?? 0)) {
      damaged.add(log);
      continue;
    }
    last.set(id, position);
    if (before === undefined) portion.names.push([id, log]);
    portion.logs.push(id);
    portion.positions.push(position);
    portion.entries.push(entry);
    size += entry.length;
    if (portion.logs.length >= PORTION.records || size >= PORTION.size) give();
  }
  give();
  for (const [id, name] of names) if (!last.has(id)) damaged.add(name);
  return damaged;
}

function* allRows(database: DatabaseSync) {
  const statement = database.prepare(
    "SELECT rowid AS id, log, position, entry, checksum FROM records WHERE rowid > ? ORDER BY rowid LIMIT ?",
  );
  for (let last = 0; ; ) {
    const rows = statement.all(last, ROWS_AT_ONCE);
    yield* rows;
    if (rows.length < ROWS_AT_ONCE) return;
    last = Number(rows.at(-1)?.["id"]);
  }
}

function emptyPortion() {
  const names: [number, string][] = [];
  const [logs, positions, entries]: [number[], number[], string[]] = [[], [], []];
  return { names, logs, positions, entries };
}
