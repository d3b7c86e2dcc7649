import { concat, readU64, u16, utf8 } from "@countersign/wire";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { sayBytes } from "../spoken-words.ts";
import type { VerifiedOpenings } from "./openings.ts";

/** What all honest parties have in common once all commitments are opened (spec 0003, section 8). */
export interface ShortString {
  /** `b`, 16 bytes; known to all members. */
  readonly bytes: Uint8Array;
  /** Five words joined by "-", 40 bits. */
  readonly words: string;
  /** Six digits: 20 bits only, for where words cannot be shown. */
  readonly digits: string;
}

/** Derives the short authentication string: the same for all parties, or, but for chance, different. */
export function deriveShortString({ transcript, nonces }: VerifiedOpenings): ShortString {
  const label = utf8("countersign/1 sas");
  const bytes = expand(sha256, extract(sha256, concat(...nonces), label), concat(label, transcript), 16);
  const digits = (readU64(bytes, 8) % 1_000_000n).toString().padStart(6, "0");
  return { bytes, words: sayBytes(bytes.subarray(0, 5)), digits };
}

/** Content of SAS_OK (spec 0003, section 8), 32 bytes: a party's statement that its user saw the string made of `b`. */
export function confirmation(transcript: Uint8Array, b: Uint8Array, number: number): Uint8Array {
  return sha256(concat(utf8("countersign/1 sas-ok"), transcript, b, u16(number)));
}
