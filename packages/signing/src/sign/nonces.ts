import { concat, u16, utf8 } from "@countersign/wire";
import type { NonceCommitments, Nonces } from "@noble/curves/abstract/frost.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { SCALAR_BYTES, type Suite } from "../suite.ts";
import type { SigningKey } from "./signing-key.ts";

const LABEL = utf8("countersign/1 frost-nonce");

/** What the nonces of a signing are made of. */
export interface NonceSource {
  readonly suite: Suite;
  readonly keys: readonly SigningKey[];
  /** Digest of session and payload. */
  readonly context: Uint8Array;
  readonly randomBytes: (length: number) => Uint8Array;
}

/** A pair of nonces for each signature, and the commitments to them. */
export interface NoncePairs {
  /** hiding ‖ binding for each signature. Secret, and good for one use. */
  readonly nonces: Uint8Array;
  /** The commitments in the same order: what the others get. */
  readonly commitments: Uint8Array;
}

/**
 * Draws nonces by RFC 9591's nonce_generate, which hashes fresh randomness with the secret share. What it is given as
 * randomness is itself a hash over fresh randomness, session, payload and place: a source of randomness that repeats
 * itself does not make nonces repeat for another payload, or for another signature of the same one.
 */
export function drawNonces({ suite, keys, context, randomBytes }: NonceSource): NoncePairs {
  const pairs = keys.map(({ secret }, job) => {
    let drawn = 0;
    return suite.frost.commit(secret, (length = 32) => {
      const fresh = randomBytes(32);
      return sha256(concat(LABEL, context, u16(job), u16(drawn++), fresh)).slice(0, length);
    });
  });
  return {
    nonces: concat(...pairs.flatMap(({ nonces }) => [nonces.hiding, nonces.binding])),
    commitments: concat(...pairs.flatMap(({ commitments }) => [commitments.hiding, commitments.binding])),
  };
}

/** The pair of one signature, as copies that the library may erase. */
export function noncesAt(nonces: Uint8Array, job: number): Nonces {
  const [hiding, binding] = pairAt(nonces, job, SCALAR_BYTES);
  return { hiding, binding };
}

/** The commitments of one party to the nonces of one signature. */
export function commitmentsAt(
  suite: Suite,
  commitments: Uint8Array,
  { job, identifier }: { job: number; identifier: string },
): NonceCommitments {
  const [hiding, binding] = pairAt(commitments, job, suite.elementBytes);
  return { identifier, hiding, binding };
}

/** Length of the commitments to the nonces of so many signatures. */
export function commitmentBytes(suite: Suite, jobs: number): number {
  return jobs * 2 * suite.elementBytes;
}

function pairAt(bytes: Uint8Array, at: number, length: number) {
  const start = at * 2 * length;
  return [
    new Uint8Array(bytes.slice(start, start + length)),
    new Uint8Array(bytes.slice(start + length, start + 2 * length)),
  ] as const;
}
