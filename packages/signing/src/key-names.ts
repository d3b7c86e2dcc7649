import { concat, encodeHex, lp, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import type { KeyShare } from "./key-share.ts";

/** The public parts of a key share that its names are made of. */
export type PublicKeyShare = Pick<KeyShare, "suite" | "groupKey" | "verificationShares" | "transcript">;

/** H("countersign/1 cert" ‖ GT ‖ group key ‖ all verification shares by number): what all parties sign when a key is made. */
export function keyOutcome({ transcript, groupKey, verificationShares }: Omit<PublicKeyShare, "suite">): Uint8Array {
  return sha256(concat(utf8("countersign/1 cert"), transcript, groupKey, ...verificationShares.values()));
}

/**
 * The group at the relay in which the parties of a key meet later, 16 bytes. Made of the verification shares, which only
 * the parties know, and not of the outcome, which stands in the record: the relay can neither tell it beforehand nor link
 * it to the session that made the key.
 */
export function keyGroup({ transcript, groupKey, verificationShares }: Omit<PublicKeyShare, "suite">): Uint8Array {
  const label = utf8("countersign/1 key-group");
  return sha256(concat(label, transcript, groupKey, ...verificationShares.values())).slice(0, 16);
}

/** A short name of the key for people and files, alike at all parties: sixteen hex digits. */
export function keyId({ suite, groupKey }: Pick<PublicKeyShare, "suite" | "groupKey">): string {
  return encodeHex(sha256(concat(utf8("countersign/1 key-id"), lp(utf8(suite)), groupKey)).subarray(0, 8));
}
