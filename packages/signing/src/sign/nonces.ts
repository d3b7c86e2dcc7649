import { concat, u16, utf8 } from "@countersign/wire";
import type { Nonces } from "@noble/curves/abstract/frost.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Suite } from "../suite.ts";
import type { NonceCommitments } from "./frost.ts";
import type { SigningKey } from "./signing-key.ts";

const LABEL = utf8("countersign/1 frost-nonce");
const SEED_BYTES = 32;

/** What the nonces of a signing are made of. */
export interface NonceSource {
  readonly suite: Suite;
  readonly keys: readonly SigningKey[];
  /** Digest of session and payload. */
  readonly context: Uint8Array;
  readonly randomBytes: (length: number) => Uint8Array;
}

/** What a pair of nonces for each signature is made of, and the commitments to them. */
export interface NonceSeeds {
  /**
   * For hiding ‖ binding of each signature what RFC 9591's nonce_generate calls random bytes. Only with the secret share
   * it makes nonces. Good for one use.
   */
  readonly seeds: Uint8Array;
  /** The commitments in the same order: what the others get. */
  readonly commitments: Uint8Array;
}

/** The secret nonces of one signature, encoded scalars, and the public commitments to them. */
export interface NoncePair extends Nonces {
  readonly commitments: Uint8Array;
}

/**
 * Draws what RFC 9591's nonce_generate hashes with the secret share. It is itself a hash over fresh randomness, session,
 * payload and place: a source of randomness that repeats itself does not make nonces repeat for another payload, or for
 * another signature of the same one.
 */
export function drawNonces({ suite, keys, context, randomBytes }: NonceSource): NonceSeeds {
  const draw = (job: number, which: number) => sha256(concat(LABEL, context, u16(job), u16(which), randomBytes(32)));
  const seeds = concat(...keys.flatMap((_, job) => [draw(job, 0), draw(job, 1)]));
  const commitments = keys.map((key, job) => noncesAt(suite, key, { seeds, job }).commitments);
  return { seeds, commitments: concat(...commitments) };
}

/** The pair of one signature, made anew, and the commitments to it: hiding ‖ binding each. */
export function noncesAt(suite: Suite, key: SigningKey, { seeds, job }: { seeds: Uint8Array; job: number }): NoncePair {
  return generate(suite, key, pairAt(seeds, job, SEED_BYTES));
}

function generate(suite: Suite, { secret }: SigningKey, seeds: readonly Uint8Array[]): NoncePair {
  const left = [...seeds];
  const { nonces, commitments } = suite.frost.commit(secret, () => new Uint8Array(left.shift() ?? []));
  return { ...nonces, commitments: concat(commitments.hiding, commitments.binding) };
}

/** The commitments of one signer to the nonces of one signature. */
export function commitmentsAt(
  suite: Suite,
  commitments: Uint8Array,
  { job, number }: { job: number; number: number },
): NonceCommitments {
  const [hiding, binding] = pairAt(commitments, job, suite.elementBytes);
  return { number, hiding, binding };
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
