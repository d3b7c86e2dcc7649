import { type Decoded, refused, UsageError } from "./errors.ts";
import { decodeHex, encodeHex } from "./hex.ts";

/** The text form of a UUID: 16 bytes as lower-case hexadecimal in groups of 8-4-4-4-12 (RFC 9562, section 4). */
export function formatUuid(bytes: Uint8Array): string {
  if (bytes.length !== 16) throw new UsageError("usage.length", "a UUID has 16 bytes");
  const hex = encodeHex(bytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Reads the 16 bytes of a UUID from its canonical text. Versions and variants are not looked at. */
export function parseUuid(text: string): Decoded<Uint8Array> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) {
    return refused("wire.malformed", "not a UUID in lower-case, hyphenated form");
  }
  return decodeHex(text.replaceAll("-", ""));
}

/** Makes a version 4 UUID of 16 random bytes (RFC 9562, section 5.4). */
export function uuidFromRandom(random: Uint8Array): Uint8Array {
  if (random.length !== 16) throw new UsageError("usage.length", "a UUID is made of 16 random bytes");
  const bytes = random.slice();
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes;
}
