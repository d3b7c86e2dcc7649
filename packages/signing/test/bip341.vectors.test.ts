import { concat, encodeHex } from "@countersign/wire";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { describe, expect, test } from "vitest";
import { type KeyShare, taprootAddress } from "../src/index.ts";
import { evaluate } from "../src/polynomial.ts";
import { signingKey } from "../src/sign/signing-key.ts";
import { suites } from "../src/suite.ts";
import { NO_SCRIPTS, outputScript, tapTweak } from "../src/taproot.ts";
import { unhex } from "./rfc9591.ts";

// From the wallet test vectors of BIP-341: scriptPubKey 0 (no scripts) and 1 (one leaf), and the spending of 1 by its key.
const noScripts = {
  internalPubkey: "d6889cb081036e0faefa3a35157ad71086b123b2b144b649798b494c300a961d",
  tweak: "b86e7be8f39bab32a6f2c0443abbc210f0edac0e2c53d501b36b64437d9c6c70",
  scriptPubKey: "512053a1f6e454df1aa2776a2814a721372d6258050de330b3c6d10ee8f4e0dda343",
  address: "bc1p2wsldez5mud2yam29q22wgfh9439spgduvct83k3pm50fcxa5dps59h4z5",
};
const oneLeaf = {
  internalPrivkey: "1e4da49f6aaf4e5cd175fe08a32bb5cb4863d963921255f33d3bc31e1343907f",
  internalPubkey: "187791b6f712a8ea41c8ecdd0ee77fab3e85263b37e1ec18a3651926b3a6cf27",
  merkleRoot: "5b75adecf53548f3ec6ad7d78383bf84cc57b55a3127c72b9a2481752dd88b21",
  tweak: "cbd8679ba636c1110ea247542cfbd964131a6be84f873f7f3b62a777528ed001",
  tweakedPrivkey: "ea260c3b10e60f6de018455cd0278f2f5b7e454be1999572789e6a9565d26080",
  scriptPubKey: "5120147c9c57132f6e7ecddba9800bb0c4449251c92a1e60371ee77557b6620f3ea3",
};

const suite = suites["secp256k1-taproot"];
const { Fn } = secp256k1.Point;

/** A 2-of-3 key with this secret, as a dealer would share it out. */
function dealt(secret: bigint): KeyShare[] {
  const coefficients = [secret, 12345n];
  const numbers = [1, 2, 3];
  const shares = numbers.map((number) => evaluate(suite, coefficients, number));
  const keys = shares.map((share) => suite.base.multiply(share).toBytes());
  return numbers.map((number, at) => ({
    suite: "secp256k1-taproot",
    threshold: 2,
    parties: 3,
    number,
    secretShare: suite.encodeScalar(shares[at] ?? 0n),
    groupKey: suite.base.multiply(secret).toBytes(),
    verificationShares: new Map(numbers.map((other, index) => [other, keys[index] ?? new Uint8Array()])),
    transcript: new Uint8Array(32),
  }));
}

describe("the wallet vectors of BIP-341", () => {
  test("have our tweak, script and address where there are no scripts", () => {
    const groupKey = concat(Uint8Array.of(2), unhex(noScripts.internalPubkey));
    expect(encodeHex(suite.encodeScalar(tapTweak(groupKey, NO_SCRIPTS)))).toBe(noScripts.tweak);
    expect(encodeHex(outputScript(groupKey, NO_SCRIPTS))).toBe(noScripts.scriptPubKey);
    expect(taprootAddress({ suite: "secp256k1-taproot", groupKey }, "mainnet")).toBe(noScripts.address);
  });

  test("have our tweak and script where there is one", () => {
    const groupKey = concat(Uint8Array.of(2), unhex(oneLeaf.internalPubkey));
    const root = unhex(oneLeaf.merkleRoot);
    expect(encodeHex(suite.encodeScalar(tapTweak(groupKey, root)))).toBe(oneLeaf.tweak);
    expect(encodeHex(outputScript(groupKey, root))).toBe(oneLeaf.scriptPubKey);
  });

  test.each([
    ["as it is", Fn.fromBytes(unhex(oneLeaf.internalPrivkey))],
    ["negated, with the other parity", Fn.neg(Fn.fromBytes(unhex(oneLeaf.internalPrivkey)))],
  ])("have the secret key that our tweaked shares interpolate to; the internal one %s", (_, secret) => {
    const [one, , three] = dealt(secret);
    if (one === undefined || three === undefined) throw new Error("no shares");
    const root = unhex(oneLeaf.merkleRoot);
    const keys = [one, three].map((share) => signingKey(share, root));
    const combined = suite.frost.combineSecret(
      keys.map((key) => key.secret),
      { min: 2, max: 3 },
    );
    expect(encodeHex(combined)).toBe(oneLeaf.tweakedPrivkey);
    for (const [at, { secret: own, verificationShare, publicKey }] of keys.entries()) {
      expect(encodeHex(publicKey.subarray(1))).toBe(oneLeaf.scriptPubKey.slice(4));
      const verifying = verificationShare([1, 3][at] ?? 0).toBytes();
      expect(suite.base.multiply(suite.parseScalar(own.signingShare)).toBytes()).toEqual(verifying);
    }
  });
});
