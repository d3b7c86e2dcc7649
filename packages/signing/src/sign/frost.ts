import { concat } from "@countersign/wire";
import { decodeElement, type Element, type Suite } from "../suite.ts";
import { sumEach, sumOfProducts } from "../sum-of-products.ts";

/** A signer's commitments to its two nonces, encoded. */
export interface NonceCommitments {
  readonly number: number;
  readonly hiding: Uint8Array;
  readonly binding: Uint8Array;
}

/** What all signers of one signature compute alike (RFC 9591, 4.3 to 4.6). Public. */
export interface Joint {
  readonly signers: readonly number[];
  /** The group commitment, encoded. */
  readonly R: Uint8Array;
  /** By number. */
  readonly bindingFactors: ReadonlyMap<number, bigint>;
  readonly challenge: bigint;
  /** In the signature stands what belongs to −R (BIP-340 knows no sign, and means the even y). */
  readonly isNegated: boolean;
}

/** What is signed by whom: the commitments of all signers by ascending number, the key encoded. */
export interface Signing {
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly commitments: readonly NonceCommitments[];
}

/** Undefined where a commitment is no element of the group, or all of them cancel out. Variable time: all is public. */
export function computeJoint(suite: Suite, { key, message, commitments }: Signing): Joint | undefined {
  const pairs = commitments.map((each) => decodePair(suite, each));
  const hiding: Element[] = [];
  const binding: Element[] = [];
  for (const pair of pairs) {
    if (pair === undefined) return undefined;
    hiding.push(pair.hiding);
    binding.push(pair.binding);
  }
  const evenKey = evenOf(suite, key);
  const encoded = commitments.map((each) => concat(identifier(suite, each.number), each.hiding, each.binding));
  const prefix = concat(evenKey, suite.hashes.message(message), suite.hashes.commitments(concat(...encoded)));
  const bindingFactors = new Map(
    commitments.map(({ number }) => [number, suite.hashes.bindingFactor(concat(prefix, identifier(suite, number)))]),
  );
  const [sumOfHiding = suite.zero] = sumEach(suite, [hiding]);
  const group = sumOfHiding.add(sumOfProducts(suite, binding, [...bindingFactors.values()]));
  if (group.is0()) return undefined;
  const R = group.toBytes();
  const challenge = suite.hashes.challenge({ R, key: evenKey, message });
  const signers = commitments.map(({ number }) => number);
  return { signers, R, bindingFactors, challenge, isNegated: isOdd(suite, R) };
}

/** The elements of a signer's commitments; undefined where one is not of the group of prime order (RFC 9591, 3.1). */
export function decodePair(
  suite: Suite,
  { hiding, binding }: Omit<NonceCommitments, "number">,
): { hiding: Element; binding: Element } | undefined {
  const [D, E] = [decodeElement(suite, hiding), decodeElement(suite, binding)];
  if (D?.isTorsionFree() !== true || E?.isTorsionFree() !== true) return undefined;
  return { hiding: D, binding: E };
}

/** What a signer signs with. All but the key is secret, and is added and multiplied as the library does with scalars. */
export interface SharePart {
  readonly number: number;
  readonly secret: bigint;
  readonly hiding: bigint;
  readonly binding: bigint;
  /** Encoded; its share is `secret`. */
  readonly key: Uint8Array;
}

/** A signer's share of the signature (RFC 9591, 5.2), a scalar. Public once it is made; the nonces are used up by it. */
export function signatureShare(
  suite: Suite,
  joint: Joint,
  { number, secret, hiding, binding, key }: SharePart,
): bigint {
  const { order } = suite;
  const nonce = (hiding + binding * bindingFactorOf(joint, number)) % order;
  const factor = (weightOf(suite, joint.signers, number) * joint.challenge) % order;
  const share = (isOdd(suite, key) ? order - secret : secret) * factor;
  return ((joint.isNegated ? order - nonce : nonce) + share) % order;
}

/** The signature of all shares (RFC 9591, 5.3), which may be wrong if one of them is: 64 bytes as plain verifiers read it. */
export function addShares(suite: Suite, R: Uint8Array, shares: readonly bigint[]): Uint8Array {
  const z = shares.reduce((sum, share) => (sum + share) % suite.order, 0n);
  return concat(suite.isXOnly ? R.subarray(1) : R, suite.encodeScalar(z));
}

/** Whether a signer's share is right (RFC 9591, 5.4). Variable time: all is public. */
export function verifyShare(
  suite: Suite,
  joint: Joint,
  {
    share,
    commitments,
    key,
    verificationShare,
  }: {
    share: bigint;
    commitments: NonceCommitments;
    key: Uint8Array;
    verificationShare: Element;
  },
): boolean {
  const pair = decodePair(suite, commitments);
  if (pair === undefined) return false;
  const { number } = commitments;
  const nonce = pair.hiding.add(pair.binding.multiplyUnsafe(bindingFactorOf(joint, number)));
  const factor = (weightOf(suite, joint.signers, number) * joint.challenge) % suite.order;
  const weighted = verificationShare.multiplyUnsafe(factor);
  const right = joint.isNegated ? nonce.negate() : nonce;
  return suite.base.multiplyUnsafe(share).equals(right.add(isOdd(suite, key) ? weighted.negate() : weighted));
}

/** The weight of a signer among the signers when their polynomial is interpolated at 0 (RFC 9591, 4.2). */
function weightOf({ order, frost }: Suite, signers: readonly number[], number: number): bigint {
  const { Fn } = frost.utils;
  let [above, below] = [1n, 1n];
  for (const other of signers) {
    if (other === number) continue;
    above = (above * BigInt(other)) % order;
    below = Fn.create(below * BigInt(other - number));
  }
  return Fn.div(above, below);
}

function bindingFactorOf({ bindingFactors }: Joint, number: number): bigint {
  const factor = bindingFactors.get(number);
  if (factor === undefined) throw new Error(`number ${number} is none of the signers`);
  return factor;
}

function identifier(suite: Suite, number: number): Uint8Array {
  return suite.encodeScalar(BigInt(number));
}

/** What stands for the key in hashes: with an even y where keys are x only. */
function evenOf(suite: Suite, key: Uint8Array): Uint8Array {
  return suite.isXOnly ? concat(Uint8Array.of(2), key.subarray(1)) : key;
}

function isOdd(suite: Suite, encoded: Uint8Array): boolean {
  return suite.isXOnly && encoded[0] === 3;
}
