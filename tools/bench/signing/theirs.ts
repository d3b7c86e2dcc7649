import { randomBytes } from "node:crypto";
import type { DealerShares, DKG_Round1, DKG_Secret, FROST, GenNonce } from "@noble/curves/abstract/frost.js";
import type { SigningSteps } from "./signing.ts";

interface Size {
  readonly threshold: number;
  readonly parties: number;
}

/** Keys as the library's dealer makes them, and what a signer does with them. */
export interface TheirSigning extends SigningSteps {
  readonly size: Size;
  readonly keys: readonly DealerShares[];
}

const message = new TextEncoder().encode("The treasury has voted.");

/** Rounds 2 and 3 of the library's key generation, for number 1. */
export function theirKeygen(frost: FROST, { threshold, parties }: Size): () => void {
  const id = (number: number) => frost.Identifier.fromNumber(number);
  const signers = { min: threshold, max: parties };
  const made = Array.from({ length: parties }, (_, at) => frost.DKG.round1(id(at + 1), signers));
  const [mine, ...others] = made;
  if (mine === undefined) throw new Error("no parties");
  const { Fn } = frost.utils;
  const toMe = others.map(({ secret }, at) => {
    const share = (secret.coefficients ?? []).reduce((sum, each) => Fn.add(sum, each), Fn.ZERO);
    return { identifier: id(at + 2), signingShare: new Uint8Array(Fn.toBytes(share)) };
  });
  const commitments: DKG_Round1[] = others.map((other) => other.public);
  return () => {
    // The library changes what it is given.
    const secret: DKG_Secret = { ...mine.secret, coefficients: [...(mine.secret.coefficients ?? [])] };
    frost.DKG.round2(secret, commitments);
    frost.DKG.round3(secret, commitments, toMe);
  };
}

/** A signature share and the signature of all, for number 1. */
export function theirSigning(frost: FROST, size: Size): TheirSigning {
  const keys = bothSigns(() => frost.trustedDealer({ min: size.threshold, max: size.parties }));
  const signed = keys.map((key) => {
    const numbers = Array.from({ length: size.threshold }, (_, at) => frost.Identifier.fromNumber(at + 1));
    const drawn = numbers.map((number) => {
      const secret = key.secretShares[number];
      if (secret === undefined) throw new Error("no share");
      return { number, secret, ...frost.commit(secret) };
    });
    const list = drawn.map(({ commitments }) => commitments);
    const sign = ({ secret, nonces }: (typeof drawn)[number]) =>
      frost.signShare(secret, key.public, copyOf(nonces), list, message);
    const shares = Object.fromEntries(drawn.map((each) => [each.number, sign(each)]));
    const [first] = drawn;
    return {
      share: () => void (first && sign(first)),
      aggregate: () => void frost.aggregate(key.public, list, message, shares),
    };
  });
  return {
    size,
    keys,
    share: inTurns(signed.map(({ share }) => share)),
    aggregate: inTurns(signed.map(({ aggregate }) => aggregate)),
  };
}

/** Each call runs the next of them. */
export function inTurns(runs: readonly (() => void)[]): () => void {
  let next = 0;
  return () => {
    runs[next % runs.length]?.();
    next += 1;
  };
}

/** Keys whose y is even and odd; for Ed25519 that is a bit of x which nobody looks at. */
function bothSigns(deal: () => DealerShares): readonly DealerShares[] {
  const found = new Map<number, DealerShares>();
  for (let tries = 0; found.size < 2 && tries < 64; tries++) {
    const key = deal();
    const [encoded] = key.public.commitments;
    const sign = encoded?.length === 33 ? (encoded[0] ?? 0) : tries;
    found.set(sign, key);
  }
  return [...found.values()];
}

/** The library erases the nonces that it has used. */
function copyOf({ hiding, binding }: GenNonce["nonces"]): GenNonce["nonces"] {
  return { hiding: new Uint8Array(hiding), binding: new Uint8Array(binding) };
}

/** A cryptographic source of randomness. */
export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
