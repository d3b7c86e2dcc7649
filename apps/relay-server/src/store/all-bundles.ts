import type { DatabaseSync } from "node:sqlite";
import { type Bundle, hasGoodMarks, readBundle } from "./bundle.ts";
import { SqliteCode } from "./tables.ts";

/** Rows that SQLite is asked for at once, which costs much less than one by one. */
const AT_ONCE = 64;
/** Bytes in which the marks of nearly all bundles end. */
const FIRST = 4_096;

/** All bundles in the order in which they were written. Throws if nobody knows whose the entries of one are. */
export function* allBundles(database: DatabaseSync): Generator<{ readonly id: number; readonly bundle: Bundle }> {
  const statement = database.prepare("SELECT id, entries FROM bundles WHERE id > ? ORDER BY id LIMIT ?");
  for (let last = 0; ; ) {
    const rows = statement.all(last, AT_ONCE);
    for (const { id, entries } of rows) {
      const bundle = entries instanceof Uint8Array ? readBundle(entries) : undefined;
      if (bundle === undefined) throw Object.assign(new Error(LOST), { errcode: SqliteCode.corrupt });
      last = Number(id);
      yield { id: last, bundle };
    }
    if (rows.length < AT_ONCE) return;
  }
}

/** Throws what `allBundles` would, but costs a tenth of it. */
export function checkBundles(database: DatabaseSync): void {
  const whole = database.prepare("SELECT entries FROM bundles WHERE id = ?");
  for (const { id, first } of database
    .prepare(`SELECT id, substr(entries, 1, ${FIRST}) AS first FROM bundles`)
    .iterate()) {
    if (first instanceof Uint8Array && hasGoodMarks(first)) continue;
    const entries = whole.get(Number(id))?.["entries"];
    if (entries instanceof Uint8Array && readBundle(entries) !== undefined) continue;
    throw Object.assign(new Error(LOST), { errcode: SqliteCode.corrupt });
  }
}

const LOST = "it is not known any more whose the entries of a transaction are";
