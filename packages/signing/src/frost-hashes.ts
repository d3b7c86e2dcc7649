import { concat, utf8 } from "@countersign/wire";
import { ed25519 } from "@noble/curves/ed25519.js";
import { schnorr, secp256k1, secp256k1_hasher } from "@noble/curves/secp256k1.js";
import { bytesToNumberBE, bytesToNumberLE } from "@noble/curves/utils.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";

/** What a suite hashes for a signature (RFC 9591, section 6). All of it is public. */
export interface FrostHashes {
  /** H1: the binding factor, a scalar. */
  bindingFactor(input: Uint8Array): bigint;
  /** H4. */
  message(message: Uint8Array): Uint8Array;
  /** H5. */
  commitments(encoded: Uint8Array): Uint8Array;
  /** H2, or the challenge of BIP-340, which is what plain verifiers hash: a scalar. R and key as elements are encoded. */
  challenge(of: { R: Uint8Array; key: Uint8Array; message: Uint8Array }): bigint;
}

const ED25519 = "FROST-ED25519-SHA512-v1";
const TAPROOT = "FROST-secp256k1-SHA256-TR-v1";

const toEd25519Scalar = (...parts: Uint8Array[]) => ed25519.Point.Fn.create(bytesToNumberLE(sha512(concat(...parts))));

/** FROST(Ed25519, SHA-512), RFC 9591, 6.1. */
export const hashesOfEd25519: FrostHashes = {
  bindingFactor: (input) => toEd25519Scalar(utf8(`${ED25519}rho`), input),
  message: (message) => sha512(concat(utf8(`${ED25519}msg`), message)),
  commitments: (encoded) => sha512(concat(utf8(`${ED25519}com`), encoded)),
  challenge: ({ R, key, message }) => toEd25519Scalar(R, key, message),
};

/** FROST(secp256k1, SHA-256) of RFC 9591, 6.5, with the challenge of BIP-340. */
export const hashesOfTaproot: FrostHashes = {
  bindingFactor: (input) => secp256k1_hasher.hashToScalar(input, { DST: `${TAPROOT}rho` }),
  message: (message) => sha256(concat(utf8(`${TAPROOT}msg`), message)),
  commitments: (encoded) => sha256(concat(utf8(`${TAPROOT}com`), encoded)),
  challenge: ({ R, key, message }) => {
    const hash = schnorr.utils.taggedHash("BIP0340/challenge", R.subarray(1), key.subarray(1), message);
    return secp256k1.Point.Fn.create(bytesToNumberBE(hash));
  },
};
