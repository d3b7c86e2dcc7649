import type { FROST } from "@noble/curves/abstract/frost.js";
import { ed25519, ed25519_FROST } from "@noble/curves/ed25519.js";
import { schnorr, schnorr_FROST, secp256k1 } from "@noble/curves/secp256k1.js";
import { addEach } from "./add-each.ts";
import { splitByLambda, timesLambda } from "./endomorphism.ts";
import { type FrostHashes, hashesOfEd25519, hashesOfTaproot } from "./frost-hashes.ts";

/** What a group's key is for: Bitcoin's Taproot outputs (BIP-340 over secp256k1), or plain Ed25519 (RFC 8032). */
export type SuiteName = "secp256k1-taproot" | "ed25519";

/** An element of a suite's group. Its methods are those of the library's points; `multiply` alone is for secrets. */
export interface Element {
  add(other: Element): Element;
  double(): Element;
  negate(): Element;
  multiply(scalar: bigint): Element;
  multiplyUnsafe(scalar: bigint): Element;
  equals(other: Element): boolean;
  is0(): boolean;
  isTorsionFree(): boolean;
  toBytes(): Uint8Array;
}

/** A ciphersuite: the group, its encodings, and FROST over it (RFC 9591). */
export interface Suite {
  readonly name: SuiteName;
  /** Its number in encoded key shares. */
  readonly code: number;
  readonly frost: FROST;
  readonly base: Element;
  readonly zero: Element;
  /** The order of `base`. */
  readonly order: bigint;
  /** Length of an encoded element. */
  readonly elementBytes: number;
  /** Every element but the identity generates the group: what random multiples of elements show holds for each of them. */
  readonly isPrime: boolean;
  /** Keys and commitments of signatures are meant without the sign of y (BIP-340). */
  readonly isXOnly: boolean;
  /** The hashes of a signature (RFC 9591, 6). */
  readonly hashes: FrostHashes;
  /** Multiples of an element that cost next to nothing, the element itself first. */
  readonly images: readonly ((element: Element) => Element)[];
  /** A public scalar as shorter ones, of either sign: what to multiply each image with. Variable time. */
  split(scalar: bigint): readonly bigint[];
  /** left + right, place by place. Variable time: for public elements only. */
  addEach(left: readonly Element[], right: readonly Element[]): Element[];
  /** Throws for what is no element. */
  parse(bytes: Uint8Array): Element;
  encodeScalar(scalar: bigint): Uint8Array;
  /** Throws for what is not below the order. */
  parseScalar(bytes: Uint8Array): bigint;
  /** Checks a finished signature by the library's plain verifier, which knows nothing of FROST. */
  verify(signature: Uint8Array, message: Uint8Array, groupKey: Uint8Array): boolean;
}

/** Length of an encoded scalar in both suites. */
export const SCALAR_BYTES = 32;

type Secp256k1Point = typeof secp256k1.Point.BASE;

const taproot: Suite = {
  name: "secp256k1-taproot",
  code: 1,
  frost: schnorr_FROST,
  base: secp256k1.Point.BASE,
  zero: secp256k1.Point.ZERO,
  order: secp256k1.Point.Fn.ORDER,
  elementBytes: 33,
  isPrime: true,
  isXOnly: true,
  hashes: hashesOfTaproot,
  // A suite's elements are those of its own library.
  images: [(element) => element, (element) => timesLambda(element as Secp256k1Point)],
  split: splitByLambda,
  addEach: (left, right) => addEach(left as readonly Secp256k1Point[], right as readonly Secp256k1Point[]),
  parse: (bytes) => secp256k1.Point.fromBytes(bytes),
  encodeScalar: (scalar) => secp256k1.Point.Fn.toBytes(scalar),
  parseScalar: (bytes) => secp256k1.Point.Fn.fromBytes(bytes),
  verify: (signature, message, groupKey) => schnorr.verify(signature, message, groupKey.subarray(1)),
};

const edwards: Suite = {
  name: "ed25519",
  code: 2,
  frost: ed25519_FROST,
  base: ed25519.Point.BASE,
  zero: ed25519.Point.ZERO,
  order: ed25519.Point.Fn.ORDER,
  elementBytes: 32,
  isPrime: false,
  isXOnly: false,
  hashes: hashesOfEd25519,
  images: [(element) => element],
  split: (scalar) => [scalar],
  addEach: (left, right) => left.map((element, at) => element.add(right[at] ?? ed25519.Point.ZERO)),
  parse: (bytes) => ed25519.Point.fromBytes(bytes),
  encodeScalar: (scalar) => ed25519.Point.Fn.toBytes(scalar),
  parseScalar: (bytes) => ed25519.Point.Fn.fromBytes(bytes),
  // Strict as RFC 8032 says, so that whatever verifier somebody else uses takes it too.
  verify: (signature, message, groupKey) => ed25519.verify(signature, message, groupKey, { zip215: false }),
};

/** All suites by name. */
export const suites: Readonly<Record<SuiteName, Suite>> = { "secp256k1-taproot": taproot, ed25519: edwards };

/** Reads an element that is not the identity; undefined for everything else. Small-order parts are not looked for. */
export function decodeElement(suite: Suite, bytes: Uint8Array): Element | undefined {
  if (bytes.length !== suite.elementBytes) return undefined;
  try {
    const element = suite.parse(bytes);
    return element.is0() ? undefined : element;
  } catch {
    return undefined;
  }
}

/** Reads a scalar in its one encoding; undefined for everything else. */
export function decodeScalar(suite: Suite, bytes: Uint8Array): bigint | undefined {
  if (bytes.length !== SCALAR_BYTES) return undefined;
  try {
    return suite.parseScalar(bytes);
  } catch {
    return undefined;
  }
}

/** `[scalar]B` for a secret scalar, zero included. */
export function timesBase(suite: Suite, scalar: bigint): Element {
  return scalar === 0n ? suite.zero : suite.base.multiply(scalar);
}
