import { accepted, type Decoded, refused } from "@countersign/wire";
import { base32nopad } from "@scure/base";

const ALPHABET = /^[a-z2-7]*$/;
/** What a text's length leaves over 8 where no whole number of bytes makes such a text. */
const IMPOSSIBLE_TAILS: ReadonlySet<number> = new Set([1, 3, 6]);

/** Writes bytes as telehash does: base32 (RFC 4648, section 6) in lower case and without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  return base32nopad.encode(bytes).toLowerCase();
}

/**
 * Reads base32. Strict: lower case only, and the bits that do not make a whole byte are zero, so that every byte string
 * has exactly one text.
 */
export function decodeBase32(text: string): Decoded<Uint8Array> {
  if (IMPOSSIBLE_TAILS.has(text.length % 8))
    return refused("wire.truncated", "a base32 text of this length does not exist");
  if (/[A-Z]/.test(text)) return refused("wire.non-canonical", "base32 is lower case here");
  if (!ALPHABET.test(text)) return refused("wire.malformed", "a character that is not of the base32 alphabet");
  try {
    return accepted(base32nopad.decode(text.toUpperCase()));
  } catch {
    return refused("wire.non-canonical", "bits behind the last byte are not zero");
  }
}
