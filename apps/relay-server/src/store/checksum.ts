import { crc32 } from "node:zlib";

/** Where the checksums of a log begin. */
export function seedOf(log: string): number {
  return crc32(`${log}/`);
}

/** Binds an entry to its place, so that neither a flipped bit nor an entry in the wrong place goes unnoticed. */
export function checksum(seed: number, position: number, entry: string | Uint8Array): number {
  return crc32(entry, crc32(`${position}/`, seed));
}
