import type { GaveUp, NextRound, Received } from "@countersign/session";
import { concat } from "@countersign/wire";
import { foreignState, gaveUp, named } from "../gave-up.ts";
import { evaluate, sumOfCommitments } from "../polynomial.ts";
import type { Element } from "../suite.ts";
import { type Commitments, openCommitments, parseCommitments } from "./commitments.ts";
import { committedState, sharingState } from "./keygen-state.ts";
import type { Parameters } from "./parameters.ts";
import { signShare } from "./signed-share.ts";

/** Checks everybody's commitments, and gives each their share of one's own polynomial: the messages of round 2. */
export function deal(parameters: Parameters, state: Uint8Array, received: readonly Received[]): NextRound | GaveUp {
  const own = committedState.decode(parameters, state);
  if (own === undefined) return foreignState();
  const { suite, numbers, others, self } = parameters;
  const mine = parseCommitments(parameters, own.commitments);
  if (mine === undefined) return foreignState();
  const opened = openCommitments(parameters, received).set(self, { encoded: own.commitments, elements: mine });
  const commitments = new Map(
    numbers.flatMap((number) => {
      const found = opened.get(number);
      return found ? [[number, found]] : [];
    }),
  );
  const unproven = numbers.filter((number) => !commitments.has(number));
  if (unproven.length > 0) return gaveUp(unproven, `${named(unproven)} did not prove the commitments`);
  const sums = sumOfCommitments(
    suite,
    [...commitments.values()].map(({ elements }) => elements),
  );
  const crooked = findSmallOrder(commitments, sums);
  if (crooked.length > 0) return gaveUp(crooked, `${named(crooked)} committed to elements of small order`);
  if (sums.some((sum) => sum.is0())) return gaveUp([], "the commitments of all parties cancel each other out");

  const { coefficients, seed } = own;
  const share = (to: number) => evaluate(suite, coefficients, to);
  const key = own.commitments.subarray(0, suite.elementBytes);
  const signer = { secret: coefficients[0] ?? 0n, key, random: seed };
  const deals = others.map((to) => {
    return [to, signShare(parameters, { share: share(to), way: { from: self, to }, signer })] as const;
  });
  const sharing = {
    ownShare: share(self),
    commitments: new Map([...commitments].map(([number, { encoded }]) => [number, encoded])),
    sum: concat(...sums.map((each) => each.toBytes())),
  };
  return { type: "round", state: sharingState.encode(parameters, sharing), direct: new Map(deals) };
}

/**
 * Elements outside of the group of prime order (Ed25519 has a cofactor). What counts are the sums, of which the key is
 * made; only where one of them is crooked is it looked who bent it, because a look costs as much as a multiplication.
 */
function findSmallOrder(parties: ReadonlyMap<number, Commitments>, sums: readonly Element[]): number[] {
  const crooked = sums.flatMap((sum, at) => (sum.isTorsionFree() ? [] : [at]));
  return [...parties].flatMap(([number, { elements }]) => {
    return crooked.some((at) => elements[at]?.isTorsionFree() === false) ? [number] : [];
  });
}
