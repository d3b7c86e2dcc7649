import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { readBundle } from "../src/store/bundle.ts";
import { loadSqlite } from "../src/store/sqlite-module.ts";

/** Does something to the database of a data directory while no relay has it. */
export function onDatabase<T>(directory: string, act: (database: DatabaseSync) => T): T {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(join(directory, "relay.db"));
  try {
    return act(database);
  } finally {
    database.close();
  }
}

/** Where a record stands in the bytes of its bundle. */
export interface RecordPlace {
  readonly bytes: Buffer;
  /** Of its entry. */
  readonly start: number;
  readonly size: number;
  /** Of what is said of it in front of the entries, and of the same behind them. */
  readonly marks: readonly [number, number];
}

/** Bytes of a mark, and of what stands in front of all of them. */
const [MARK, HEAD] = [24, 8];

/** Changes the bytes in which a record stands, as a fault of the disk does. */
export function changeRecord(
  directory: string,
  { log, position }: { readonly log: string; readonly position: number },
  change: (place: RecordPlace) => void,
): void {
  onDatabase(directory, (database) => {
    const number = database.prepare("SELECT id FROM logs WHERE name = ?").get(log)?.["id"];
    for (const { id, entries } of database.prepare("SELECT id, entries FROM bundles").all()) {
      const bundle = readBundle(entries as Uint8Array);
      const index = bundle?.marks.findIndex((mark) => mark.log === number && mark.position === position) ?? -1;
      const mark = bundle?.marks[index];
      if (bundle === undefined || mark === undefined) continue;
      const { bytes, marks, starts } = bundle;
      const again = bytes.length - HEAD - marks.length * MARK;
      change({
        bytes,
        start: starts[index] ?? 0,
        size: mark.size,
        marks: [HEAD + index * MARK, again + index * MARK],
      });
      database.prepare("UPDATE bundles SET entries = ? WHERE id = ?").run(bytes, Number(id));
      return;
    }
    throw new Error("there is no such record");
  });
}

/** Changes a bit of its entry. */
export function damageRecord(directory: string, log: string, position: number): void {
  changeRecord(directory, { log, position }, ({ bytes, start, size }) => {
    const at = start + (size >> 1);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
  });
}
