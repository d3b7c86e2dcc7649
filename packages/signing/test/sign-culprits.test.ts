import { concat } from "@countersign/wire";
import { ed25519 } from "@noble/curves/ed25519.js";
import { beforeAll, describe, expect, test } from "vitest";
import type { KeyShare, Payload } from "../src/index.ts";
import { suites } from "../src/suite.ts";
import { makeKey, suiteNames } from "./keys.ts";
import { spend } from "./psbts.ts";
import type { Passing } from "./run-rounds.ts";
import { sign, signersOf } from "./signing.ts";

const text: Payload = { kind: "text", text: "pay the piper" };
const signers = [1, 2, 4];

describe.each(suiteNames)("number 2 is named by the other signers, with a key of %s,", (suite) => {
  let shares: ReadonlyMap<number, KeyShare>;
  const { elementBytes, encodeScalar, order } = suites[suite];
  beforeAll(async () => {
    shares = await makeKey({ suite, numbers: [1, 2, 3, 4], threshold: 3 });
  });

  const culprits = async (round: number, change: (bytes: Uint8Array) => Uint8Array, payload = text) => {
    const alter = (passing: Passing) =>
      passing.round === round && passing.from === 2 ? change(passing.bytes) : passing.bytes;
    const steps = await sign({ shares, signers, proposals: { 1: payload }, alter });
    return [1, 4].map((number) => {
      const step = steps.get(number);
      return step?.type === "failed" ? step.culprits : step?.type;
    });
  };

  test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ["whose commitments are cut short", (bytes) => bytes.slice(1)],
    ["who sends commitments for more than is signed", (bytes) => concat(bytes, bytes)],
    ["whose commitments are no elements", (bytes) => bytes.map(() => 0xff)],
    ["whose second commitment is none", (bytes) => bytes.map((byte, at) => (at < elementBytes ? byte : 0xff))],
  ])("%s", async (_, change) => {
    expect(await culprits(2, change)).toEqual([[2], [2]]);
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ["whose signature share is wrong", () => encodeScalar(7n)],
    ["whose signature share is not below the order", () => new Uint8Array(32).fill(0xff)],
    ["whose signature share is cut short", (bytes) => bytes.slice(1)],
    ["who sends no share", () => new Uint8Array()],
    ["who sends another's share", () => encodeScalar(order - 1n)],
  ])("%s", async (_, change) => {
    expect(await culprits(3, change)).toEqual([[2], [2]]);
  });

  test("who commits to one thing and signs with another", async () => {
    // As a signer does whose nonces were drawn anew: its share fits no commitment.
    const protocols = new Map(signersOf({ shares, signers, proposals: { 1: text }, seed: 2000 }));
    const begun = await protocols.get(2)?.begin();
    if (begun?.type !== "round" || begun.broadcast === undefined) throw new Error("did not begin");
    const proposal = await protocols.get(1)?.begin();
    if (proposal?.type !== "round" || proposal.broadcast === undefined) throw new Error("did not begin");
    const other = await protocols.get(2)?.advance(begun.state, 1, [
      { from: 1, broadcast: proposal.broadcast },
      { from: 4, broadcast: new Uint8Array() },
    ]);
    if (other?.type !== "round" || other.broadcast === undefined) throw new Error("no commitments");
    expect(await culprits(2, () => other.broadcast ?? new Uint8Array())).toEqual([[2], [2]]);
  });
});

test("of several inputs, one wrong share is enough to be named", async () => {
  const shares = await makeKey({ suite: "secp256k1-taproot", numbers: [1, 2, 3], threshold: 2 });
  const psbt = spend({ share: shares.get(1) as KeyShare, coins: [40_000n, 30_000n, 30_000n] }).toPSBT();
  const steps = await sign({
    shares,
    signers: [1, 2, 3],
    proposals: { 3: { kind: "psbt", bytes: psbt } },
    alter: ({ round, from, bytes }) =>
      round === 3 && from === 2 ? bytes.map((byte, at) => (at === 80 ? byte ^ 1 : byte)) : bytes,
  });
  expect([steps.get(1), steps.get(3)]).toMatchObject([
    { type: "failed", culprits: [2], detail: "number 2 sent a wrong signature share" },
    { type: "failed", culprits: [2] },
  ]);
});

test("of several wrong shares all are named", async () => {
  const shares = await makeKey({ suite: "secp256k1-taproot", numbers: [1, 2, 3, 4], threshold: 3 });
  const steps = await sign({
    shares,
    signers: [1, 2, 3, 4],
    proposals: { 1: text },
    alter: ({ round, from, bytes }) =>
      round === 3 && from % 2 === 0 ? bytes.map((byte, at) => (at === 31 ? byte ^ from : byte)) : bytes,
  });
  expect([steps.get(1), steps.get(3)]).toMatchObject([{ culprits: [2, 4] }, { culprits: [2, 4] }]);
});

test("a commitment of small order names who sent it, and gets no signature share", async () => {
  const torsion = ed25519.Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
  const shares = await makeKey({ suite: "ed25519", numbers: [1, 2, 3], threshold: 2 });
  const bent = (bytes: Uint8Array) =>
    concat(ed25519.Point.fromBytes(bytes.slice(0, 32)).add(torsion).toBytes(), bytes.slice(32));
  const steps = await sign({
    shares,
    signers: [1, 3],
    proposals: { 1: text },
    alter: ({ round, from, bytes }) => (round === 2 && from === 3 ? bent(bytes) : bytes),
  });
  const detail = "number 3 committed to what is no element of the group";
  expect(steps.get(1)).toEqual({ type: "failed", culprits: [3], detail });
});
