import { concat, equalBytes, UsageError, u16, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";

declare const verified: unique symbol;

/**
 * The nonces of all parties by ascending number, each of which opens its commitment. Only `verifyOpenings` makes one,
 * and a SAS can be derived from nothing else: no code can come by a string that is not bound by all commitments yet.
 */
export interface VerifiedOpenings {
  readonly [verified]: true;
  /** 32 bytes. */
  readonly transcript: Uint8Array;
  /** 32 bytes each. */
  readonly nonces: readonly Uint8Array[];
}

/** `C_i` (spec 0003, section 8): 32 bytes, public; binds a party to its nonce under one's own view of the group. */
export function commitment(transcript: Uint8Array, number: number, nonce: Uint8Array): Uint8Array {
  return sha256(concat(utf8("countersign/1 sas-commit"), transcript, u16(number), nonce));
}

/**
 * Checks that all parties' openings are there and match their commitments. Throws `UsageError` otherwise: whoever calls
 * this has checked each opening when it arrived, and this is the last lock before a string exists.
 */
export function verifyOpenings(all: {
  readonly transcript: Uint8Array;
  /** Ascending. */
  readonly numbers: readonly number[];
  readonly commitments: ReadonlyMap<number, Uint8Array>;
  readonly nonces: ReadonlyMap<number, Uint8Array>;
}): VerifiedOpenings {
  const { transcript } = all;
  const nonces = all.numbers.map((number) => {
    const committed = all.commitments.get(number);
    const nonce = all.nonces.get(number);
    if (committed && nonce && equalBytes(commitment(transcript, number, nonce), committed)) return nonce;
    throw new UsageError("usage.unverified-opening", `the opening of party ${number} is missing or does not match`);
  });
  return { transcript, nonces } as Omit<VerifiedOpenings, typeof verified> as VerifiedOpenings;
}
