import { accepted, type Decoded, refused } from "./errors.ts";

// Compiled without DOM and Node types, as in `text.ts`.
declare const TextDecoder: { new (): { decode(bytes: Uint8Array): string } };

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

const CODES = /* @__PURE__ */ Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const ascii = /* @__PURE__ */ new TextDecoder();

/** Encodes bytes as base64url without padding (RFC 4648, section 5). */
export function encodeBase64url(bytes: Uint8Array): string {
  // Made a string at once: one that grows by characters takes three times as long.
  const codes = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    // What lies behind the end of the array is not written.
    codes[at++] = CODES[group >> 18] as number;
    codes[at++] = CODES[(group >> 12) & 63] as number;
    codes[at++] = CODES[(group >> 6) & 63] as number;
    codes[at++] = CODES[group & 63] as number;
  }
  return ascii.decode(codes);
}

/**
 * Decodes base64url. Strict: no padding, no white space, no other alphabet, and the bits that do not make a whole byte
 * are zero, so that every byte string has exactly one text.
 */
export function decodeBase64url(text: string): Decoded<Uint8Array> {
  const tail = text.length % 4;
  if (tail === 1) return refused("wire.truncated", "a base64url text of this length does not exist");
  const bytes = new Uint8Array(((text.length - tail) / 4) * 3 + (tail === 0 ? 0 : tail - 1));
  let group = 0;
  let bits = 0;
  let offset = 0;
  for (let i = 0; i < text.length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? -1;
    if (value < 0) return refused("wire.malformed", "a character that is not of the base64url alphabet");
    group = ((group << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[offset++] = (group >> bits) & 0xff;
    }
  }
  if ((group & ((1 << bits) - 1)) !== 0) return refused("wire.non-canonical", "bits behind the last byte are not zero");
  return accepted(bytes);
}
