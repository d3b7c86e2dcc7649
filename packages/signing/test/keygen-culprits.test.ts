import type { Step } from "@countersign/session";
import { concat } from "@countersign/wire";
import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, test } from "vitest";
import type { KeyShare, SuiteName } from "../src/index.ts";
import { encodeCommitments } from "../src/keygen/commitments.ts";
import { checkParameters } from "../src/keygen/parameters.ts";
import { signShare } from "../src/keygen/signed-share.ts";
import { encodeVerdict } from "../src/keygen/verdict.ts";
import { type Suite, suites } from "../src/suite.ts";
import { keygen, seeded, suiteNames, transcript } from "./keys.ts";
import type { Passing } from "./run-rounds.ts";

const numbers = [1, 2, 3, 4];

const run = (suite: SuiteName, alter: (passing: Passing) => Uint8Array) =>
  keygen({ suite, numbers, threshold: 2, alter });

const parametersOf = (suite: SuiteName, self: number, inSession = transcript) =>
  checkParameters({ suite, numbers, self, threshold: 2, transcript: inSession, randomBytes: seeded(1) });

/** What everybody but the malicious number 2 says in the end. */
const verdicts = (steps: ReadonlyMap<number, Step<KeyShare>>) =>
  [1, 3, 4].map((number) => {
    const step = steps.get(number);
    return step?.type === "failed" ? step.culprits : step?.type;
  });

const seed = new Uint8Array(32).fill(1);

/** Who signs the shares of that polynomial. */
const ownSigner = (suite: SuiteName) => ({ secret: 5n, key: suites[suite].base.multiply(5n).toBytes(), random: seed });

/** Commitments to a polynomial of the test's own, and the proof for them. */
function ownCommitments(
  suite: SuiteName,
  { self = 2, coefficients = [5n, 6n], inSession = transcript } = {},
): Uint8Array {
  const { base } = suites[suite];
  const commitments = concat(...coefficients.map((each) => base.multiply(each).toBytes()));
  return encodeCommitments(parametersOf(suite, self, inSession), { coefficients, commitments, seed });
}

describe.each(suiteNames)("number 2 is named by all others, with a key of %s,", (name) => {
  const suite: Suite = suites[name];
  const bytes = suite.elementBytes;

  test.each<[string, (message: Uint8Array) => Uint8Array]>([
    ["whose commitments are cut short", (message) => message.slice(0, -1)],
    ["whose commitments are no elements", (message) => message.map((byte, at) => (at < 2 * bytes ? 0xff : byte))],
    [
      "whose second commitment is no element",
      (message) => message.map((byte, at) => (at >= bytes && at < 2 * bytes ? 0xff : byte)),
    ],
    [
      "whose proof of knowledge is not right",
      (message) => message.map((byte, at) => (at === message.length - 20 ? byte ^ 1 : byte)),
    ],
    [
      "who swaps the commitments",
      (message) => concat(message.slice(bytes, 2 * bytes), message.slice(0, bytes), message.slice(2 * bytes)),
    ],
    ["who proves for another number", () => ownCommitments(name, { self: 3 })],
    ["who proves for another session", () => ownCommitments(name, { inSession: new Uint8Array(32) })],
    [
      "who commits to a constant of zero",
      (message) => concat(suite.zero.equals(suite.base) ? message : identity(suite), message.slice(bytes)),
    ],
  ])("%s", async (_, change) => {
    const steps = await run(name, ({ round, from, bytes: sent }) => (round === 1 && from === 2 ? change(sent) : sent));
    expect(verdicts(steps)).toEqual([[2], [2], [2]]);
    // At once, and not by what comes of it.
    expect(steps.get(1)).toMatchObject({ detail: "number 2 did not prove the commitments" });
  });

  test("who copies the commitments of another one", async () => {
    let copied: Uint8Array | undefined;
    const steps = await run(name, ({ round, from, bytes: sent }) => {
      if (round === 1 && from === 1) copied = sent;
      return round === 1 && from === 2 ? (copied ?? sent) : sent;
    });
    // Number 1's own commitments do not come past number 1.
    expect(verdicts(steps).slice(1)).toEqual([[2], [2]]);
  });

  test("who sends one of them a share that is proven, and wrong", async () => {
    const wrong = signShare(parametersOf(name, 2), { share: 99n, way: { from: 2, to: 3 }, signer: ownSigner(name) });
    const steps = await run(name, ({ round, from, to, bytes: sent }) => {
      if (from !== 2) return sent;
      if (round === 1) return ownCommitments(name);
      if (round === 2) return to === 3 ? wrong : rightShare(to);
      return sent;
    });
    expect(verdicts(steps)).toEqual([[2], [2], [2]]);
  });

  test("who complains of a right share", async () => {
    const steps = await run(name, ({ round, from, to, bytes: sent }) => {
      if (from === 2 && round === 1) return ownCommitments(name);
      if (from === 2 && round === 2) return rightShare(to);
      if (from === 2 && round === 3)
        return encodeVerdict([{ accused: 1, evidence: rightShareOf1 ?? new Uint8Array() }]);
      if (from === 1 && round === 2 && to === 2) rightShareOf1 = sent;
      return sent;
    });
    expect(verdicts(steps)).toEqual([[2], [2], [2]]);
  });

  test("who complains with a share that the accused made for another one", async () => {
    let forAnother: Uint8Array | undefined;
    const steps = await run(name, ({ round, from, to, bytes: sent }) => {
      if (from === 1 && round === 2 && to === 3) forAnother = sent;
      if (round !== 3 || from !== 2 || forAnother === undefined) return sent;
      return encodeVerdict([{ accused: 1, evidence: forAnother }]);
    });
    // Number 1 knows in any case what it sent; the others have to see it.
    expect(verdicts(steps)).toEqual([[2], [2], [2]]);
  });

  test("who complains with a share of another session", async () => {
    const elsewhere = parametersOf(name, 1, new Uint8Array(32));
    const steps = await run(name, ({ round, from, bytes: sent }) => {
      if (from === 1 && round === 1) return ownCommitments(name, { self: 1 });
      if (from === 1 && round === 2) return sent;
      const evidence = signShare(elsewhere, { share: 99n, way: { from: 1, to: 2 }, signer: ownSigner(name) });
      return round === 3 && from === 2 ? encodeVerdict([{ accused: 1, evidence }]) : sent;
    });
    // Number 1's shares do not fit what stands for its commitments here, so it is named as well.
    expect([steps.get(3), steps.get(4)]).toMatchObject([{ culprits: [1, 2] }, { culprits: [1, 2] }]);
  });

  test.each<[string, Uint8Array]>([
    [
      "who complains with evidence that it made up",
      encodeVerdict([{ accused: 1, evidence: new Uint8Array(64 + bytes).fill(1) }]),
    ],
    ["who complains of itself", encodeVerdict([{ accused: 2 }])],
    ["who complains of nobody", encodeVerdict([{ accused: 77 }])],
    ["whose verdict is none", Uint8Array.of(9)],
    ["whose verdict is too long", Uint8Array.of(0, 0)],
    ["who complains twice of the same one", Uint8Array.of(2, 1, 0, 1, 0)],
  ])("%s", async (_, verdict) => {
    const steps = await run(name, ({ round, from, bytes: sent }) => (round === 3 && from === 2 ? verdict : sent));
    expect(verdicts(steps)).toEqual([[2], [2], [2]]);
  });

  let rightShareOf1: Uint8Array | undefined;

  /** The share of the polynomial behind `ownCommitments`. */
  function rightShare(to: number): Uint8Array {
    return signShare(parametersOf(name, 2), {
      share: 5n + 6n * BigInt(to),
      way: { from: 2, to },
      signer: ownSigner(name),
    });
  }
});

describe("what cannot be proven", () => {
  test("is who lies about a share that never came; the one who got none knows", async () => {
    const steps = await run("ed25519", ({ round, from, to, bytes }) =>
      round === 2 && from === 2 && to === 3 ? new Uint8Array(5) : bytes,
    );
    expect(steps.get(3)).toMatchObject({ type: "failed", culprits: [2] });
    expect(steps.get(1)).toEqual({
      type: "failed",
      culprits: [],
      detail: "number 3 got no share from number 2, or says so: one of the two is at fault",
    });
    // To number 2, who knows that it sent one, number 3 is the liar.
    expect(steps.get(2)).toMatchObject({ type: "failed", culprits: [3] });
  });

  test("does not hide what can be", async () => {
    const steps = await run("ed25519", ({ round, from, to, bytes }) => {
      if (round === 2 && from === 2 && to === 3) return new Uint8Array(5);
      return round === 3 && from === 4 ? Uint8Array.of(7) : bytes;
    });
    expect(steps.get(1)).toMatchObject({ type: "failed", culprits: [4] });
  });
});

describe("an element of small order", () => {
  const torsion = ed25519.Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");

  test("in a commitment names who put it there", async () => {
    const { base } = suites.ed25519;
    const commitments = concat(base.multiply(5n).toBytes(), base.multiply(6n).add(torsion).toBytes());
    const message = encodeCommitments(parametersOf("ed25519", 2), { coefficients: [5n, 6n], commitments, seed });
    const steps = await run("ed25519", ({ round, from, bytes }) => (round === 1 && from === 2 ? message : bytes));
    for (const step of steps.values()) {
      if (step.type === "failed") expect(step.detail).toBe("number 2 committed to elements of small order");
    }
    expect(verdicts(steps)).toEqual([[2], [2], [2]]);
  });
});

function identity(suite: Suite): Uint8Array {
  // secp256k1 has no encoding of it; zeros are the nearest to one.
  return suite.name === "ed25519" ? suite.zero.toBytes() : new Uint8Array(suite.elementBytes);
}
