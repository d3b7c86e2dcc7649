import { concat } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { frostKeygen } from "../src/index.ts";
import { encodeCommitments } from "../src/keygen/commitments.ts";
import { checkParameters } from "../src/keygen/parameters.ts";
import { signShare } from "../src/keygen/signed-share.ts";
import { decodeVerdict } from "../src/keygen/verdict.ts";
import { suites } from "../src/suite.ts";
import { seeded, suiteNames, transcript } from "./keys.ts";

const numbers = Array.from({ length: 100 }, (_, at) => at + 1);
const others = numbers.slice(1);

// Of number 1 of a hundred; the others have the polynomials number + (number + 1)·x, so that what they say costs little.
describe.each(suiteNames)("number 1 of a hundred, with a key of %s,", (suite) => {
  const { base, order } = suites[suite];
  const seed = new Uint8Array(32).fill(4);
  const parametersOf = (self: number) =>
    checkParameters({ suite, numbers, self, threshold: 2, transcript, randomBytes: seeded(self) });

  const commitmentsOf = (number: number, claimed = number) => {
    const coefficients = [BigInt(number), BigInt(number + 1)];
    const commitments = concat(...coefficients.map((each) => base.multiply(each).toBytes()));
    return encodeCommitments(parametersOf(number), { coefficients: [BigInt(claimed)], commitments, seed });
  };
  const shareOf = (number: number, more = 0n) => {
    const signer = { secret: BigInt(number), key: base.multiply(BigInt(number)).toBytes(), random: seed };
    const share = (BigInt(2 * number + 1) + more + order) % order;
    return signShare(parametersOf(number), { share, way: { from: number, to: 1 }, signer });
  };
  const protocol = () => frostKeygen({ suite, numbers, self: 1, threshold: 2, transcript, randomBytes: seeded(1) });

  const deal = async (claimed: (number: number) => number) => {
    const begun = await protocol().begin();
    if (begun.type !== "round") throw new Error("did not begin");
    const received = others.map((from) => ({ from, broadcast: commitmentsOf(from, claimed(from)) }));
    return protocol().advance(begun.state, 1, received);
  };
  const accused = async (shares: (number: number) => Uint8Array) => {
    const dealt = await deal((number) => number);
    if (dealt.type !== "round") throw new Error(JSON.stringify(dealt));
    const received = others.map((from) => ({ from, direct: shares(from) }));
    const judged = await protocol().advance(dealt.state, 2, received);
    if (judged.type !== "round" || judged.broadcast === undefined) throw new Error(JSON.stringify(judged));
    return decodeVerdict(suites[suite], judged.broadcast)?.map((each) => [each.accused, each.evidence !== undefined]);
  };

  test("names the two among the others who did not prove their commitments", async () => {
    const step = await deal((number) => (number === 50 || number === 77 ? number + 1 : number));
    expect(step).toMatchObject({ type: "failed", culprits: [50, 77] });
  });

  test("complains of nobody if all shares are right", async () => {
    expect(await accused((number) => shareOf(number))).toEqual([]);
  });

  test("complains, with evidence, of the one whose share is wrong", async () => {
    expect(await accused((number) => shareOf(number, number === 57 ? 1n : 0n))).toEqual([[57, true]]);
  });

  test("complains of all whose shares are wrong, and of who made none", async () => {
    const shares = (number: number) => (number === 9 ? shareOf(10) : shareOf(number, number % 40 === 0 ? 3n : 0n));
    expect(await accused(shares)).toEqual([
      [9, false],
      [40, true],
      [80, true],
    ]);
  });
});
