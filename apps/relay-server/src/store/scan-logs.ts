import type { DatabaseSync } from "node:sqlite";
import type { Portion } from "./batch.ts";
import { checksum } from "./checksum.ts";
import type { Heads } from "./heads.ts";

/** Records and characters after which a portion is given away. */
const PORTION = { records: 2_048, size: 1024 * 1024 };

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
  for (const row of database.prepare("SELECT log, position, entry, checksum FROM records ORDER BY rowid").iterate()) {
    const [id, position, entry] = [Number(row["log"]), Number(row["position"]), String(row["entry"])];
    const log = names.get(id);
    // The number of a log was damaged; then there is a log without records.
    if (log === undefined) continue;
    if (row["checksum"] !== checksum(log, position, entry) || position <= (last.get(id) ?? 0)) {
      damaged.add(log);
      continue;
    }
    last.set(id, position);
    portion.logs.push(log);
    portion.positions.push(position);
    portion.entries.push(entry);
    size += entry.length;
    if (portion.logs.length >= PORTION.records || size >= PORTION.size) give();
  }
  give();
  for (const [id, name] of names) if (!last.has(id)) damaged.add(name);
  return damaged;
}

function emptyPortion(): { logs: string[]; positions: number[]; entries: string[] } {
  return { logs: [], positions: [], entries: [] };
}
