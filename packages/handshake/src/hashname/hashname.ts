import { accepted, concat, type Decoded, refused } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { decodeBase32, encodeBase32 } from "./base32.ts";

/** One cipher set of an endpoint: its public key (CSK), or the hash of it where the key itself is not known. Public. */
export type HashnamePart =
  | { readonly csid: number; readonly key: Uint8Array }
  | { readonly csid: number; readonly intermediate: Uint8Array };

/** Bytes of a hashname and of an intermediate. */
const LENGTH = 32;

/** What stands for a public key in a roll-up: its SHA-256, 32 bytes. */
export function intermediateOf(key: Uint8Array): Uint8Array {
  return sha256(key);
}

/**
 * The hashname of an endpoint (telehash v3, "Hashname"; spec 0009, section 2), 32 bytes: the parts rolled up in the order
 * of their CSIDs, so that an endpoint has one name whatever keys its peers understand. Parts may come from a peer: a CSID
 * that is there twice, one that is no byte or zero, and an intermediate of another length than 32 are refused.
 */
export function rollUp(parts: readonly HashnamePart[]): Decoded<Uint8Array> {
  if (parts.length === 0) return refused("wire.truncated", "a hashname of no keys");
  const sorted = parts.toSorted((a, b) => a.csid - b.csid);
  let hash = new Uint8Array(0);
  let previous = 0;
  for (const part of sorted) {
    if (!Number.isInteger(part.csid) || part.csid < 1 || part.csid > 0xff) {
      return refused("wire.out-of-range", "a CSID that is not 1 to 255");
    }
    if (part.csid === previous) return refused("wire.non-canonical", "a CSID that is there twice");
    const intermediate = "key" in part ? intermediateOf(part.key) : part.intermediate;
    if (intermediate.length !== LENGTH) return refused("wire.malformed", "an intermediate has 32 bytes");
    hash = sha256(concat(hash, Uint8Array.of(part.csid)));
    hash = sha256(concat(hash, intermediate));
    previous = part.csid;
  }
  return accepted(hash);
}

/** Writes a hashname or an intermediate as text: 52 characters of base32. */
export const formatHashname = encodeBase32;

/** Reads a hashname or an intermediate: exactly 52 characters. */
export function parseHashname(text: string): Decoded<Uint8Array> {
  const bytes = decodeBase32(text);
  if (bytes.ok && bytes.value.length !== LENGTH) return refused("wire.malformed", "a hashname has 52 characters");
  return bytes;
}

/** The cipher set that two endpoints use: the highest CSID that both have; undefined where there is none. */
export function highestCommonCsid(own: readonly number[], peer: readonly number[]): number | undefined {
  const common = own.filter((csid) => peer.includes(csid));
  return common.length === 0 ? undefined : Math.max(...common);
}
