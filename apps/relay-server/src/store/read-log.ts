import type { LogRecord } from "@countersign/relay";
import type { Failure } from "./batch.ts";
import { type Bundle, entryOf } from "./bundle.ts";
import type { Bundles } from "./bundles.ts";
import { checksum } from "./checksum.ts";
import type { StoredLog } from "./stored-log.ts";

/** Bytes of a read, beyond which no further record is added. */
const READ_SIZE = 128 * 1024;

/** Up to `max` records behind the position `after`, or why they cannot be read. */
export function readLog(
  log: StoredLog,
  bundles: Bundles,
  { after, max }: { readonly after: number; readonly max: number },
): readonly LogRecord[] | Failure {
  if (log.isDamaged) return { failure: "a part of a log is lost", damaged: true };
  const { places } = log;
  const records: LogRecord[] = [];
  let bundle: Bundle | undefined;
  let from = { bundle: 0, mark: 0 };
  let size = 0;
  const first = places.indexAfter(after);
  for (let i = first; i < places.count && records.length < max && size < READ_SIZE; i++) {
    const id = places.bundleAt(i);
    if (id !== from.bundle) {
      bundle = bundles.read(id);
      from = { bundle: id, mark: 0 };
    }
    const position = places.positionAt(i);
    const entry = bundle === undefined ? undefined : find(bundle, log, { position, from });
    if (entry === undefined) return { failure: `record ${position} of a log is damaged`, damaged: true };
    records.push({ position, entry: entry.toString() });
    size += entry.length;
  }
  return records;
}

/** Looks behind the mark that was found last. Undefined if the entry is not what was appended. */
function find(
  bundle: Bundle,
  log: StoredLog,
  { position, from }: { readonly position: number; readonly from: { mark: number } },
): Buffer | undefined {
  for (; from.mark < bundle.marks.length; from.mark++) {
    const mark = bundle.marks[from.mark];
    if (mark?.log !== log.id || mark.position !== position) continue;
    const entry = entryOf(bundle, from.mark);
    return checksum(log.seed, position, entry) === mark.checksum ? entry : undefined;
  }
  return undefined;
}
