import { crc32 } from "node:zlib";

/** Binds an entry to its place, so that neither a flipped bit nor a row in the wrong place goes unnoticed. */
export function checksum(log: string, position: number, entry: string): number {
  return crc32(entry, crc32(`${log}/${position}/`));
}
