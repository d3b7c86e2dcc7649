import { concat, u16 } from "@countersign/wire";
import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, test } from "vitest";
import { type Claim, prove, verifyProof, verifyProofs } from "../src/proof.ts";
import { type Suite, suites } from "../src/suite.ts";
import { seeded, suiteNames } from "./keys.ts";

const random = seeded(5);

/** So many claims, all of which are true. */
function claimsOf(suite: Suite, count: number): Claim[] {
  return Array.from({ length: count }, (_, at) => {
    const secret = BigInt(at + 2);
    const key = suite.base.multiply(secret);
    const encodedKey = key.toBytes();
    const message = u16(at);
    return { key, encodedKey, message, proof: prove({ suite, secret, key: encodedKey, message, random: random(32) }) };
  });
}

/** The claim with `more` added to the scalar of its proof. */
function shifted(suite: Suite, claim: Claim, more: bigint): Claim {
  const R = claim.proof.slice(0, suite.elementBytes);
  const z = suite.parseScalar(claim.proof.slice(suite.elementBytes));
  return { ...claim, proof: concat(R, suite.encodeScalar((z + more + suite.order) % suite.order)) };
}

/** Places of the claims that are false. */
function falseOnes(suite: Suite, claims: readonly Claim[]): number[] {
  const found = verifyProofs(suite, claims, random).flatMap((isTrue, at) => (isTrue ? [] : [at]));
  expect(found).toEqual(claims.flatMap((claim, at) => (verifyProof(suite, claim) ? [] : [at])));
  return found;
}

describe.each(suiteNames)("proofs of many, for %s,", (name) => {
  const suite = suites[name];

  test.each([0, 1, 3, 4, 12])("%i of them, are all right if each is", (count) => {
    expect(falseOnes(suite, claimsOf(suite, count))).toEqual([]);
  });

  test.each<[string, (claim: Claim) => Claim]>([
    ["of another scalar", (claim) => shifted(suite, claim, 1n)],
    ["of another message", (claim) => ({ ...claim, message: u16(999) })],
    ["by another key", (claim) => ({ ...claim, key: suite.base, encodedKey: suite.base.toBytes() })],
    ["cut short", (claim) => ({ ...claim, proof: claim.proof.slice(1) })],
    ["that is none", (claim) => ({ ...claim, proof: claim.proof.map(() => 0xff) })],
  ])("one %s among a hundred is found", (_, change) => {
    const claims = claimsOf(suite, 100).map((claim, at) => (at === 56 ? change(claim) : claim));
    expect(falseOnes(suite, claims)).toEqual([56]);
  });

  test("two that cancel each other out are both found: the sum is one under random multiples", () => {
    const claims = claimsOf(suite, 8);
    const [first, second] = [claims[2], claims[5]];
    if (first === undefined || second === undefined) throw new Error("no claims");
    claims[2] = shifted(suite, first, 1n);
    claims[5] = shifted(suite, second, -1n);
    expect(falseOnes(suite, claims)).toEqual([2, 5]);
  });

  test("are drawn multiples for anew each time", () => {
    let drawn = 0;
    const counting = (length: number) => {
      drawn += length;
      return random(length);
    };
    verifyProofs(suite, claimsOf(suite, 8), counting);
    expect(drawn).toBe(suite.isPrime ? 8 * 16 : 0);
  });
});

test("a key with a part of small order is judged as by itself each time, and not as a multiple happens to show it", () => {
  const suite = suites.ed25519;
  // Of order 2: half of all multiples of it are nothing.
  const torsion = ed25519.Point.fromHex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
  const bent = claimsOf(suite, 8).map((claim, at): Claim => {
    const key = suite.base.multiply(9n).add(torsion);
    const encodedKey = key.toBytes();
    const message = u16(at);
    return {
      ...claim,
      key,
      encodedKey,
      message,
      proof: prove({ suite, secret: 9n, key: encodedKey, message, random: random(32) }),
    };
  });
  const alone = bent.flatMap((claim, at) => (verifyProof(suite, claim) ? [] : [at]));
  expect(alone).not.toEqual([]);
  for (let round = 0; round < 16; round++) expect(falseOnes(suite, bent)).toEqual(alone);
});
