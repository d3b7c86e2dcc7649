import type { GaveUp, NextRound, Received } from "@countersign/session";
import { concat } from "@countersign/wire";
import { foreignState, gaveUp, named } from "../gave-up.ts";
import { evaluate, sumOfCommitments } from "../polynomial.ts";
import type { Element } from "../suite.ts";
import { type Commitments, openCommitments } from "./commitments.ts";
import { committedState, sharingState } from "./keygen-state.ts";
import type { Parameters } from "./parameters.ts";
import { signShare } from "./signed-share.ts";

/** Checks everybody's commitments, and gives each their share of one's own polynomial: the messages of round 2. */
export function deal(parameters: Parameters, state: Uint8Array, received: readonly Received[]): NextRound | GaveUp {
  const own = committedState.decode(parameters, state);
  if (own === undefined) return foreignState();
  const { suite, numbers, others, self } = parameters;
  const commitments = openAll(parameters, own.coefficients, received);
  const unproven = numbers.filter((number) => !commitments.has(number));
  if (unproven.length > 0) return gaveUp(unproven, `${named(unproven)} did not prove the commitments`);
  const sums = sumOfCommitments([...commitments.values()].map(({ elements }) => elements));
  const crooked = findSmallOrder(commitments, sums);
  if (crooked.length > 0) return gaveUp(crooked, `${named(crooked)} committed to elements of small order`);
  if (sums.some((sum) => sum.is0())) return gaveUp([], "the commitments of all parties cancel each other out");

  const { coefficients, seed } = own;
  const share = (to: number) => evaluate(suite, coefficients, to);
  const key = commitments.get(self)?.encoded.subarray(0, suite.elementBytes) ?? new Uint8Array();
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

/** Everybody's commitments by number, ascending; without those that are not right. */
function openAll(
  parameters: Parameters,
  coefficients: readonly bigint[],
  received: readonly Received[],
): Map<number, Commitments> {
  const { suite, numbers, self } = parameters;
  const elements = coefficients.map((each) => suite.base.multiply(each));
  const mine = { elements, encoded: concat(...elements.map((each) => each.toBytes())) };
  const messages = new Map(received.map(({ from, broadcast }) => [from, broadcast]));
  const opened = numbers.map((number) => {
    const bytes = messages.get(number);
    return [number, number === self ? mine : bytes && openCommitments(parameters, number, bytes)] as const;
  });
  return new Map(opened.flatMap(([number, found]) => (found ? [[number, found]] : [])));
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
