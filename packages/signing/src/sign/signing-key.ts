import type { FrostPublic, FrostSecret } from "@noble/curves/abstract/frost.js";
import type { KeyShare } from "../key-share.ts";
import { type Element, type Suite, suites } from "../suite.ts";
import { tapTweak } from "../taproot.ts";

/** A share in the form that the library signs with. */
export interface SigningKey {
  /** Secret. */
  readonly secret: FrostSecret;
  readonly pub: FrostPublic;
  /** What the signature is checked against, encoded as the group key is. */
  readonly publicKey: Uint8Array;
}

/** The library's name of a party. */
export function identifierOf(suite: Suite, number: number): string {
  return suite.frost.Identifier.fromNumber(number);
}

/**
 * The signing key of this party among the signers. With a Merkle root it is that of the Taproot output (BIP-341): each
 * share, negated where the group key's y is odd, plus the tweak; their interpolation then is the output's secret key,
 * because the coefficients of an interpolation add up to one.
 */
export function signingKey(share: KeyShare, signers: readonly number[], merkleRoot?: Uint8Array): SigningKey {
  const suite = suites[share.suite];
  const change = merkleRoot && taprootChange(suite, share, merkleRoot);
  const element = (bytes: Uint8Array) => new Uint8Array(change ? change.element(suite.parse(bytes)).toBytes() : bytes);
  const secret = suite.parseScalar(share.secretShare);
  const groupKey = element(share.groupKey);
  const verifyingShares = signers.map((number) => {
    return [identifierOf(suite, number), element(share.verificationShares.get(number) ?? new Uint8Array())] as const;
  });
  return {
    secret: {
      identifier: identifierOf(suite, share.number),
      signingShare: new Uint8Array(suite.encodeScalar(change ? change.scalar(secret) : secret)),
    },
    pub: {
      signers: { min: share.threshold, max: share.parties },
      commitments: [groupKey],
      verifyingShares: Object.fromEntries(verifyingShares),
    },
    publicKey: groupKey,
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
