import { utf8 } from "@countersign/wire";
import { ed25519 } from "@noble/curves/ed25519.js";
import { schnorr } from "@noble/curves/secp256k1.js";
import { beforeAll, describe, expect, test } from "vitest";
import type { KeyShare, Payload, SuiteName } from "../src/index.ts";
import { makeKey, suiteNames } from "./keys.ts";
import { sign, signed } from "./signing.ts";

const text: Payload = { kind: "text", text: "pay the piper" };

describe.each(suiteNames)("a message signed with a key of %s", (suite) => {
  const verify = (signature: Uint8Array, message: Uint8Array, { groupKey }: KeyShare) =>
    suite === "ed25519"
      ? ed25519.verify(signature, message, groupKey, { zip215: false })
      : schnorr.verify(signature, message, groupKey.slice(1));

  test.each([
    { numbers: [1, 2], threshold: 2, signers: [1, 2] },
    { numbers: [1, 2, 3], threshold: 2, signers: [1, 3] },
    { numbers: [1, 2, 3], threshold: 2, signers: [1, 2, 3] },
    { numbers: [1, 2, 3, 4, 5], threshold: 3, signers: [2, 4, 5] },
    { numbers: [1, 2, 3, 4, 5], threshold: 5, signers: [1, 2, 3, 4, 5] },
    { numbers: [9, 100, 255], threshold: 2, signers: [9, 255] },
  ])("by $signers of $numbers is one that anybody's verifier takes", async ({ numbers, threshold, signers }) => {
    const shares = await makeKey({ suite, numbers, threshold });
    const result = await signed({ shares, signers, proposals: { [signers[1] ?? 0]: text } });
    const [share] = shares.values();
    if (result.kind !== "message" || share === undefined) throw new Error("not a message");
    expect(result.signature).toHaveLength(64);
    expect(verify(result.signature, utf8("pay the piper"), share)).toBe(true);
    expect(verify(result.signature, utf8("pay the viper"), share)).toBe(false);
  });
});

describe("what is proposed", () => {
  let shares: ReadonlyMap<number, KeyShare>;
  const suite: SuiteName = "ed25519";
  beforeAll(async () => {
    shares = await makeKey({ suite, numbers: [1, 2, 3], threshold: 2 });
  });

  test("may come from several who mean the same", async () => {
    const result = await signed({ shares, signers: [1, 2], proposals: { 1: text, 2: text } });
    expect(result.kind).toBe("message");
  });

  test("must not differ, and nobody is at fault for that", async () => {
    const steps = await sign({ shares, signers: [1, 2], proposals: { 1: text, 2: { kind: "text", text: "else" } } });
    for (const step of steps.values()) {
      expect(step).toEqual({
        type: "failed",
        culprits: [],
        detail: "number 1 and number 2 propose different things to sign",
      });
    }
  });

  test("must be something", async () => {
    const steps = await sign({ shares, signers: [1, 2], proposals: {} });
    for (const step of steps.values())
      expect(step).toMatchObject({ type: "failed", detail: "nobody proposed anything to sign" });
  });

  test("is nothing that cannot be read; who sends such a thing is named", async () => {
    for (const bytes of [Uint8Array.of(9, 9), Uint8Array.of(2, 0xff), Uint8Array.of(1, 2, 3), Uint8Array.of(3)]) {
      const alter = (passing: { round: number; from: number; bytes: Uint8Array }) =>
        passing.round === 1 && passing.from === 2 ? bytes : passing.bytes;
      const steps = await sign({ shares, signers: [1, 2, 3], proposals: { 2: text }, alter });
      expect([steps.get(1), steps.get(3)]).toMatchObject([
        { type: "failed", culprits: [2] },
        { type: "failed", culprits: [2] },
      ]);
    }
  });

  test("is refused where it is made, if it cannot be signed", async () => {
    const proposals: Payload[] = [
      { kind: "psbt", bytes: Uint8Array.of(1) },
      { kind: "bytes", bytes: new Uint8Array() },
      { kind: "text", text: "" },
      { kind: "bytes", bytes: new Uint8Array(600_000) },
    ];
    for (const proposal of proposals) {
      await expect(async () => sign({ shares, signers: [1, 2], proposals: { 1: proposal } })).rejects.toMatchObject({
        code: "usage.proposal",
      });
    }
  });

  test("is seen by each signer alike before anything of the signature is there", async () => {
    const seen: string[] = [];
    await signed({
      shares,
      signers: [1, 3],
      proposals: { 3: text },
      approve: (_, review) => seen.push(review.digest) > 0,
    });
    expect(seen).toHaveLength(2);
    expect(new Set(seen).size).toBe(1);
  });

  test.each([false, Promise.resolve(false)])("is not signed where one declines", async (answer) => {
    const steps = await sign({
      shares,
      signers: [1, 2],
      proposals: { 1: text },
      approve: (number) => (number === 2 ? answer : true),
    });
    expect(steps.get(2)).toEqual({ type: "failed", culprits: [], detail: "number 2 declined to sign" });
    expect(steps.get(1)?.type).toBe("round");
  });

  test("waits for a user who takes time", async () => {
    const result = await signed({
      shares,
      signers: [1, 2],
      proposals: { 1: text },
      approve: () => Promise.resolve(true),
    });
    expect(result.kind).toBe("message");
  });

  test.each([{ signers: [1] }, { signers: [2, 3] }, { signers: [2, 1] }, { signers: [1, 1] }, { signers: [1, 4] }])(
    "is signed by parties of the key, enough of them, oneself among them: not by $signers",
    async ({ signers }) => {
      const { frostSign } = await import("../src/index.ts");
      const share = shares.get(1);
      if (share === undefined) throw new Error("no share");
      const options = {
        share,
        signers,
        transcript: new Uint8Array(32),
        approve: () => true,
        randomBytes: () => new Uint8Array(32),
      };
      expect(() => frostSign(options)).toThrow(expect.objectContaining({ code: "usage.sign" }));
    },
  );
});
