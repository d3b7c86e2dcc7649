import type { DatabaseSync } from "node:sqlite";
import { allBundles } from "./all-bundles.ts";
import { entryOf, type Mark } from "./bundle.ts";
import { type Bundles, sizeInBundle } from "./bundles.ts";
import { checksumOfRow, isInRuns } from "./log-row.ts";
import { StoredLog } from "./stored-log.ts";
import type { StoredLogs } from "./stored-logs.ts";

/** A record as it was found, damaged or not. */
export interface FoundRecord {
  readonly log: StoredLog;
  readonly mark: Mark;
  readonly entry: Buffer;
}

/** Finds out which logs there are and where their records are, and gives each record by the way. */
export function* indexRecords(database: DatabaseSync, logs: StoredLogs, bundles: Bundles): Generator<FoundRecord> {
  const runs = takeLogs(database, logs);
  for (const { id, bundle } of allBundles(database)) {
    let [size, living] = [0, 0];
    for (let i = 0; i < bundle.marks.length; i++) {
      const mark = bundle.marks[i] ?? NO_MARK;
      const bytes = sizeInBundle(mark.size);
      size += bytes;
      logs.reserve(mark.log);
      const log = logs.ofId(mark.log);
      if (log === undefined || !isExpected(log, runs, mark.position)) continue;
      living += bytes;
      log.places.add(mark.position, id, bytes);
      log.last = mark.position;
      yield { log, mark, entry: entryOf(bundle, i) };
    }
    bundles.take(id, { size, living });
  }
  for (const log of logs.all()) {
    log.last = Math.max(log.last, log.before - 1);
    const missing = missingOf(log, runs.get(log) ?? NONE);
    if (missing.length > 0) log.missing = [...log.missing, ...missing];
  }
}

/** Gives each record of which it is known where it is. */
export function* indexedRecords(logs: StoredLogs, bundles: Bundles): Generator<FoundRecord> {
  for (const { id, bundle } of bundles.all()) {
    for (const [i, mark] of bundle.marks.entries()) {
      const log = logs.ofId(mark.log);
      if (log?.places.find(mark.position) === id) yield { log, mark, entry: entryOf(bundle, i) };
    }
  }
}

/** Rows that SQLite is asked for at once, which costs much less than one by one. */
const ROWS_AT_ONCE = 512;
const NONE: readonly number[] = [];
const NO_MARK: Mark = { log: 0, position: 0, size: 0, checksum: 0 };

/** Answers what each log has before the position from which on it has everything, where that is something. */
function takeLogs(database: DatabaseSync, logs: StoredLogs): ReadonlyMap<StoredLog, readonly number[]> {
  const all = new Map<StoredLog, readonly number[]>();
  const statement = database.prepare("SELECT * FROM logs WHERE id > ? ORDER BY id LIMIT ?");
  for (let last = -1, isDone = false; !isDone; ) {
    const rows = statement.all(last, ROWS_AT_ONCE);
    for (const row of rows) {
      const [id, before, kept] = [Number(row["id"]), Number(row["before"]), String(row["kept"])];
      const log = new StoredLog(id, String(row["name"]));
      logs.take(log);
      last = id;
      if (row["checksum"] !== checksumOfRow(log.seed, { id, before, kept })) {
        // Then nobody knows what was trimmed. Position 0 stands for that, which no record ever has.
        log.missing = [0];
        continue;
      }
      log.before = before;
      if (kept !== "[]") all.set(log, JSON.parse(kept) as readonly number[]);
    }
    isDone = rows.length < ROWS_AT_ONCE;
  }
  return all;
}

function isExpected(log: StoredLog, runs: ReadonlyMap<StoredLog, readonly number[]>, position: number): boolean {
  if (position <= log.last) return false;
  return position >= log.before || isInRuns(runs.get(log) ?? NONE, position);
}

/** The positions that a log should have records at and has not. */
function missingOf({ places, before, last }: StoredLog, runs: readonly number[]): readonly number[] {
  let expected = last - before + 1;
  for (let i = 0; i < runs.length; i += 2) expected += (runs[i + 1] ?? 0) - (runs[i] ?? 0) + 1;
  if (expected === places.count) return NONE;
  const missing: number[] = [];
  const whole = last < before ? runs : [...runs, before, last];
  for (let i = 0; i < whole.length; i += 2) {
    for (let position = whole[i] ?? 0; position <= (whole[i + 1] ?? 0); position++) {
      if (places.find(position) === undefined) missing.push(position);
    }
  }
  return missing;
}
