import { crc32 } from "node:zlib";
import { readU32 } from "@countersign/wire";
import { HEADER_LENGTH, isUnwritten, LogFault, LogKey, RECORD_HEAD } from "./log-key.ts";

export interface LogRecords {
  readonly key: LogKey;
  readonly records: Uint8Array[];
  /** Bytes up to the end of the last whole record. */
  readonly size: number;
}

/**
 * Reads all records of a log. What a crash may leave behind the last whole one (a part of one, or the room for it) is
 * left out; anything else that does not open is damage, and throws `LogFault`.
 */
export function readRecords(bytes: Uint8Array, master: Uint8Array): LogRecords {
  const key = LogKey.of(bytes, master);
  const records: Uint8Array[] = [];
  let at = HEADER_LENGTH;
  for (;;) {
    const next = readRecord(bytes.subarray(at), key, records.length);
    if (next === undefined) break;
    records.push(next.record);
    at += next.length;
  }
  // A file is made together with its first record.
  if (records.length === 0) throw new LogFault("damaged", "its first record is not whole");
  return { key, records, size: at };
}

function readRecord(rest: Uint8Array, key: LogKey, index: number) {
  if (rest.length < 8 || rest.every((byte) => byte === 0)) return undefined;
  if (readU32(rest, 4) !== crc32(rest.subarray(0, 4))) throw damagedAt(index);
  const length = RECORD_HEAD + readU32(rest, 0);
  if (rest.length < length) return undefined;
  const record = key.open(rest.subarray(8, length), index);
  if (record !== undefined) return { record, length };
  if (rest.length === length && isUnwritten(rest)) return undefined;
  throw damagedAt(index);
}

function damagedAt(index: number): LogFault {
  return new LogFault("damaged", `its record ${index + 1} was changed`);
}
