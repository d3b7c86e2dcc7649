import type { FrostSecret } from "@noble/curves/abstract/frost.js";
import type { KeyShare } from "../key-share.ts";
import { type Element, type Suite, suites } from "../suite.ts";
import { tapTweak } from "../taproot.ts";

/** A share as it signs. */
export interface SigningKey {
  /** In the library's form. Secret. */
  readonly secret: FrostSecret;
  /** What the signature is checked against, encoded as the group key is. */
  readonly publicKey: Uint8Array;
  /** The public share of a party of the key. */
  verificationShare(number: number): Element;
}

/**
 * The signing key of this party. With a Merkle root it is that of the Taproot output (BIP-341): each share, negated where
 * the group key's y is odd, plus the tweak; their interpolation then is the output's secret key, because the coefficients
 * of an interpolation add up to one.
 */
export function signingKey(share: KeyShare, merkleRoot?: Uint8Array): SigningKey {
  const suite = suites[share.suite];
  const change = merkleRoot && taprootChange(suite, share, merkleRoot);
  const changed = (element: Element) => (change ? change.element(element) : element);
  const secret = suite.parseScalar(share.secretShare);
  return {
    secret: {
      identifier: suite.frost.Identifier.fromNumber(share.number),
      signingShare: new Uint8Array(suite.encodeScalar(change ? change.scalar(secret) : secret)),
    },
    publicKey: change ? changed(suite.parse(share.groupKey)).toBytes() : share.groupKey,
    verificationShare: (number) => changed(suite.parse(share.verificationShares.get(number) ?? new Uint8Array())),
  };
}

function taprootChange(suite: Suite, { groupKey }: KeyShare, merkleRoot: Uint8Array) {
  const tweak = tapTweak(groupKey, merkleRoot);
  const offset = suite.base.multiplyUnsafe(tweak);
  // BIP-340 keys have an even y; a compressed point tells it by its first byte.
  const isOdd = groupKey[0] === 3;
  return {
    element: (element: Element) => (isOdd ? element.negate() : element).add(offset),
    scalar: (scalar: bigint) => ((isOdd ? suite.order - scalar : scalar) + tweak) % suite.order,
  };
}
