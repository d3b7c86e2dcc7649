import { accepted, type Decoded, refused } from "./errors.ts";

/** Encodes bytes as lower-case hexadecimal. */
export function encodeHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** Decodes hexadecimal. Lower case only, so that every byte string has exactly one text. */
export function decodeHex(text: string): Decoded<Uint8Array> {
  if (text.length % 2 !== 0) return refused("wire.truncated", "an odd number of hexadecimal digits");
  if (/[A-F]/.test(text)) return refused("wire.non-canonical", "hexadecimal digits are lower case");
  if (!/^[0-9a-f]*$/.test(text)) return refused("wire.malformed", "a character that is not a hexadecimal digit");
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return accepted(bytes);
}
