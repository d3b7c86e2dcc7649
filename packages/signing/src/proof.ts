import { concat, lp, utf8 } from "@countersign/wire";
import { sha512 } from "@noble/hashes/sha2.js";
import { decodeElement, decodeScalar, SCALAR_BYTES, type Suite } from "./suite.ts";

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

/** Whether `proof` was made by who knows the discrete logarithm of `key`, for this message. Variable time: all is public. */
export function verifyProof(suite: Suite, proof: Uint8Array, to: { key: Uint8Array; message: Uint8Array }): boolean {
  if (proof.length !== proofBytes(suite)) return false;
  const R = decodeElement(suite, proof.subarray(0, suite.elementBytes));
  const key = decodeElement(suite, to.key);
  const z = decodeScalar(suite, proof.subarray(suite.elementBytes));
  if (R === undefined || key === undefined || z === undefined) return false;
  const c = challenge(suite, { R: proof.subarray(0, suite.elementBytes), ...to });
  return suite.base.multiplyUnsafe(z).equals(R.add(key.multiplyUnsafe(c)));
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
  return digest.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) % suite.order;
}
