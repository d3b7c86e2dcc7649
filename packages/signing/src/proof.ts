import { concat, lp, utf8 } from "@countersign/wire";
import { sha512 } from "@noble/hashes/sha2.js";
import { decodeElement, decodeScalar, type Element, SCALAR_BYTES, type Suite } from "./suite.ts";
import { sumOfProducts } from "./sum-of-products.ts";

const CHALLENGE = utf8("countersign/1 frost-proof");
const NONCE = utf8("countersign/1 frost-proof nonce");

/** What is needed for a proof. */
export interface Proving {
  readonly suite: Suite;
  /** The secret that is known. */
  readonly secret: bigint;
  /** `[secret]B`, encoded. */
  readonly key: Uint8Array;
  /** What the proof is bound to; begins with a label of its own kind. */
  readonly message: Uint8Array;
  /** 32 fresh bytes. They may be the same for several messages: the nonce is made of both, and of the secret. */
  readonly random: Uint8Array;
}

/** A Schnorr proof that one knows the discrete logarithm of `[secret]B`: element R ‖ scalar z. */
export function prove({ suite, secret, key, message, random }: Proving): Uint8Array {
  const nonceInput = concat(NONCE, suite.encodeScalar(secret), random, message);
  const nonce = hashToScalar(suite, nonceInput) || 1n;
  const R = suite.base.multiply(nonce).toBytes();
  const z = (nonce + challenge(suite, { R, key, message }) * secret) % suite.order;
  nonceInput.fill(0);
  return concat(R, suite.encodeScalar(z));
}

/** That somebody knows the discrete logarithm of `key`, and says so for this message. */
export interface Claim {
  readonly key: Element;
  /** The key, encoded. */
  readonly encodedKey: Uint8Array;
  readonly message: Uint8Array;
  readonly proof: Uint8Array;
}

/** Whether the proof of a claim was made by who knows the logarithm. Variable time: all is public. */
export function verifyProof(suite: Suite, claim: Claim): boolean {
  const parts = readProof(suite, claim);
  return parts !== undefined && holds(suite, claim.key, parts);
}

/**
 * Which of the claims are true, in their order. Many are checked as one sum under random multiples (drawn from
 * `randomBytes`, so that nobody can choose wrong proofs that cancel out), and one by one only if that sum is not zero. In
 * a group that is not of prime order a multiple can hide what is wrong, so there each is checked by itself. Variable
 * time: all is public.
 */
export function verifyProofs(
  suite: Suite,
  claims: readonly Claim[],
  randomBytes: (length: number) => Uint8Array,
): boolean[] {
  const read = claims.map((claim) => readProof(suite, claim));
  const wellFormed = claims.flatMap(({ key }, at) => {
    const parts = read[at];
    return parts === undefined ? [] : [{ key, ...parts }];
  });
  const areTrue = suite.isPrime && wellFormed.length >= FEWEST_IN_ONE_SUM && sumsToZero(suite, wellFormed, randomBytes);
  return claims.map(({ key }, at) => {
    const parts = read[at];
    return parts !== undefined && (areTrue || holds(suite, key, parts));
  });
}

// Below it the sum costs more than its terms alone.
const FEWEST_IN_ONE_SUM = 4;
const FACTOR_BYTES = 16;

interface ProofParts {
  readonly R: Element;
  readonly z: bigint;
  /** The challenge. */
  readonly c: bigint;
}

function readProof(suite: Suite, { encodedKey: key, message, proof }: Claim): ProofParts | undefined {
  if (proof.length !== proofBytes(suite)) return undefined;
  const encoded = proof.subarray(0, suite.elementBytes);
  const R = decodeElement(suite, encoded);
  const z = decodeScalar(suite, proof.subarray(suite.elementBytes));
  if (R === undefined || z === undefined) return undefined;
  return { R, z, c: challenge(suite, { R: encoded, key, message }) };
}

/** `[z]B = R + [c]key` */
function holds(suite: Suite, key: Element, { R, z, c }: ProofParts): boolean {
  return suite.base.multiplyUnsafe(z).equals(R.add(key.multiplyUnsafe(c)));
}

/** `[Σ r·z]B = Σ [r]R + Σ [r·c]key` for random r of 128 bits. */
function sumsToZero(
  suite: Suite,
  claims: readonly (ProofParts & { readonly key: Element })[],
  randomBytes: (length: number) => Uint8Array,
): boolean {
  const factors = claims.map(() => toNumber(randomBytes(FACTOR_BYTES)));
  const times = (of: (claim: ProofParts) => bigint) =>
    claims.map((claim, at) => ((factors[at] ?? 0n) * of(claim)) % suite.order);
  const z = times((claim) => claim.z).reduce((sum, each) => (sum + each) % suite.order, 0n);
  const elements = [...claims.map(({ R }) => R), ...claims.map(({ key }) => key)];
  const sum = sumOfProducts(suite, elements, [...factors, ...times(({ c }) => c)]);
  return suite.base.multiplyUnsafe(z).equals(sum);
}

/** Length of a proof. */
export function proofBytes(suite: Suite): number {
  return suite.elementBytes + SCALAR_BYTES;
}

function challenge(suite: Suite, { R, key, message }: { R: Uint8Array; key: Uint8Array; message: Uint8Array }): bigint {
  return hashToScalar(suite, concat(CHALLENGE, lp(utf8(suite.name)), R, key, message));
}

// 512 bits, so that the reduction leaves no bias worth the name.
function hashToScalar(suite: Suite, input: Uint8Array): bigint {
  const digest = sha512(input);
  return toNumber(digest) % suite.order;
}

function toNumber(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
