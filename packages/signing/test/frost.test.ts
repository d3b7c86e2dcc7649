import { afterAll, describe, expect, test } from "vitest";
import { addShares, computeJoint, signatureShare, verifyShare } from "../src/sign/frost.ts";
import { suites } from "../src/suite.ts";
import { seeded, suiteNames } from "./keys.ts";

// The library's FROST is the second opinion here: the same keys and nonces have to give the same bytes.
describe.each(suiteNames)("signature shares of %s", (name) => {
  const suite = suites[name];
  const { frost } = suite;
  const keys = new Set<number | undefined>();
  // A key's y, and a nonce's, is as often odd as even.
  afterAll(() => expect(keys.size).toBeGreaterThan(1));

  test.each([1, 2, 3, 4, 5, 6])("are the library's, and so is the signature (key %i)", (seed) => {
    const random = (length = 32) => new Uint8Array(bytes(length));
    const bytes = seeded(seed);
    const id = (number: number) => frost.Identifier.fromNumber(number);
    const dealt = frost.trustedDealer({ min: 3, max: 9 }, undefined, undefined, random);
    const signers = [1, 2, 4, 7, 8, 9].slice(0, 2 + seed);
    const message = random(seed === 1 ? 0 : 32);
    const key = dealt.public.commitments[0] ?? new Uint8Array();
    const drawn = signers.map((number) => {
      const secret = dealt.secretShares[id(number)];
      if (secret === undefined) throw new Error("no share");
      return { number, secret, ...frost.commit(secret, random) };
    });
    const commitments = drawn.map(({ number, commitments: { hiding, binding } }) => ({ number, hiding, binding }));
    const joint = computeJoint(suite, { key, message, commitments });
    if (joint === undefined) throw new Error("no group commitment");
    const list = drawn.map((each) => each.commitments);
    keys.add(key[0]);
    const shares = drawn.map(({ number, secret, nonces }) => {
      const scalars = {
        secret: suite.parseScalar(secret.signingShare),
        hiding: suite.parseScalar(nonces.hiding),
        binding: suite.parseScalar(nonces.binding),
      };
      return signatureShare(suite, joint, { number, ...scalars, key });
    });
    const library = drawn.map(({ secret, nonces }) => frost.signShare(secret, dealt.public, nonces, list, message));
    expect(shares.map((share) => suite.encodeScalar(share))).toEqual(library);

    const byId = Object.fromEntries(drawn.map(({ number }, at) => [id(number), library[at] ?? new Uint8Array()]));
    const signature = addShares(suite, joint.R, shares);
    expect(signature).toEqual(new Uint8Array(frost.aggregate(dealt.public, list, message, byId)));
    expect(suite.verify(signature, message, key)).toBe(true);

    for (const [at, { number }] of drawn.entries()) {
      const verificationShare = suite.parse(dealt.public.verifyingShares[id(number)] ?? new Uint8Array());
      const one = commitments[at];
      if (one === undefined) throw new Error("no commitments");
      const check = (share: bigint) => verifyShare(suite, joint, { share, commitments: one, key, verificationShare });
      expect([check(shares[at] ?? 0n), check(((shares[at] ?? 0n) + 1n) % suite.order)]).toEqual([true, false]);
    }
  });
});
