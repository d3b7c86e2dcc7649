import type { Portion } from "./batch.ts";
import { checksum } from "./checksum.ts";
import type { FoundRecord } from "./index-records.ts";
import type { StoredLogs } from "./stored-logs.ts";

/** Records and characters after which a portion is given away. */
const PORTION = { records: 2_048, size: 1024 * 1024 };

/** Gives those records that are what was appended to `give`. Answers the names of the logs that are damaged. */
export function scanLogs(
  records: Iterable<FoundRecord>,
  logs: StoredLogs,
  give: (portion: Portion) => void,
): ReadonlySet<string> {
  const damaged = new Set<string>();
  const named = new Set<number>();
  let portion = emptyPortion();
  let size = 0;
  const pass = () => {
    if (portion.logs.length > 0) give(portion);
    portion = emptyPortion();
    size = 0;
  };
  for (const { log, mark, entry } of records) {
    if (checksum(log.seed, mark.position, entry) !== mark.checksum) {
      damaged.add(log.name);
      continue;
    }
    if (!named.has(log.id)) portion.names.push([log.id, log.name]);
    named.add(log.id);
    portion.logs.push(log.id);
    portion.positions.push(mark.position);
    portion.entries.push(entry.toString());
    size += entry.length;
    if (portion.logs.length >= PORTION.records || size >= PORTION.size) pass();
  }
  pass();
  // It may have been the records that have told which are missing.
  for (const log of logs.all()) if (log.isDamaged) damaged.add(log.name);
  return damaged;
}

function emptyPortion() {
  const names: [number, string][] = [];
  const [logs, positions, entries]: [number[], number[], string[]] = [[], [], []];
  return { names, logs, positions, entries };
}
