import { crc32 } from "node:zlib";
import type { LogRecord } from "@countersign/relay";
import { seedOf } from "../checksum.ts";

/** The checksums are numbers below this. */
const MODULUS = 2 ** 32;

/** The checksum of an entry as far as it does not depend on the position, which only the engine knows beforehand. */
export function checksumOf(seed: number, entry: string): number {
  return crc32(entry, seed);
}

/** Reads a record as the append script writes it: `SUM ENTRY`, the sum of checksum and position; undefined if it has changed. */
export function readRecord(log: string, id: string, text: string): LogRecord | undefined {
  const [, digits] = /^(\d+)-0$/.exec(id) ?? [];
  const space = text.indexOf(" ");
  const position = Number(digits);
  const entry = text.slice(space + 1);
  const sum = (checksumOf(seedOf(log), entry) + position) % MODULUS;
  return digits !== undefined && text.slice(0, Math.max(space, 0)) === String(sum) ? { position, entry } : undefined;
}
