import type { LogRecord } from "./log-store.ts";

/** Characters of a read, beyond which no further record is added. */
const READ_SIZE = 128 * 1024;

/** The records behind a position, up to `max`; fewer where they are large. */
export function recordsBehind(records: readonly LogRecord[], after: number, max: number): LogRecord[] {
  const start = firstBehind(records, after);
  return records.slice(start, endOfRead(records, start, start + max));
}

/** The index of the first record behind a position. */
function firstBehind(records: readonly LogRecord[], after: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.position ?? 0) > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The index up to which records are read from `start` on. */
function endOfRead(records: readonly LogRecord[], start: number, max: number): number {
  let size = 0;
  let end = start;
  while (end < Math.min(max, records.length) && size < READ_SIZE) size += records[end++]?.entry.length ?? 0;
  return end;
}
