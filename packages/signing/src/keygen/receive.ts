import type { GaveUp, NextRound, Received } from "@countersign/session";
import { foreignState, gaveUp } from "../gave-up.ts";
import { encodeKeyShare, type KeyShare } from "../key-share.ts";
import { evaluateCommitted, evaluateCommittedUpTo } from "../polynomial.ts";
import { timesBase } from "../suite.ts";
import { parseCommitments } from "./commitments.ts";
import { judgingState, type Sharing, sharingState } from "./keygen-state.ts";
import type { Parameters } from "./parameters.ts";
import { openShares } from "./signed-share.ts";
import { type Complaint, encodeVerdict } from "./verdict.ts";

/** Adds up the shares, checks the sum, and says whether all was right: the messages of round 3. */
export function receive(parameters: Parameters, state: Uint8Array, received: readonly Received[]): NextRound | GaveUp {
  const own = sharingState.decode(parameters, state);
  if (own === undefined) return foreignState();
  const shares = openAll(parameters, own, received);
  const silent = [...shares].flatMap(([accused, share]) => (share === undefined ? [{ accused }] : []));
  const keyShare = silent.length > 0 ? undefined : addUp(parameters, own, shares);
  const complaints = keyShare === undefined ? [...silent, ...findWrong(parameters, { own, shares, received })] : [];
  if (keyShare === undefined && complaints.length === 0) {
    return gaveUp([], "the shares do not add up, though each of them is right");
  }
  const verdict = encodeVerdict(complaints.sort((a, b) => a.accused - b.accused));
  const judging = {
    keyShare: keyShare === undefined ? new Uint8Array() : encodeKeyShare(keyShare),
    verdict,
    commitments: own.commitments,
  };
  return { type: "round", state: judgingState.encode(parameters, judging), broadcast: verdict };
}

/** The share of each sender by number; undefined where nothing came that its sender made. */
function openAll(
  parameters: Parameters,
  { commitments }: Sharing,
  received: readonly Received[],
): ReadonlyMap<number, bigint | undefined> {
  const { suite, self } = parameters;
  const sent = received.map(({ from, direct = new Uint8Array() }) => {
    const key = commitments.get(from)?.subarray(0, suite.elementBytes) ?? new Uint8Array();
    return { bytes: direct, way: { from, to: self }, key };
  });
  const shares = openShares(parameters, sent);
  return new Map(received.map(({ from }, at) => [from, shares[at]]));
}

/** The key share, if the sum of the shares is what the sum of the commitments says: one check for all senders. */
function addUp(
  parameters: Parameters,
  { ownShare, sum }: Sharing,
  shares: ReadonlyMap<number, bigint | undefined>,
): KeyShare | undefined {
  const { suite, numbers, self, threshold, transcript } = parameters;
  const sums = parseCommitments(parameters, sum);
  if (sums === undefined) return undefined;
  const secret = [...shares.values()].reduce<bigint>((total, share) => (total + (share ?? 0n)) % suite.order, ownShare);
  const values = evaluateCommittedUpTo(suite, sums, Math.max(...numbers));
  const verificationShares = new Map(numbers.map((number) => [number, values[number - 1] ?? suite.zero]));
  if (verificationShares.get(self)?.equals(timesBase(suite, secret)) !== true) return undefined;
  if ([...verificationShares.values()].some((element) => element.is0())) return undefined;
  return {
    suite: suite.name,
    threshold,
    parties: numbers.length,
    number: self,
    secretShare: suite.encodeScalar(secret),
    groupKey: sum.slice(0, suite.elementBytes),
    verificationShares: new Map([...verificationShares].map(([number, element]) => [number, element.toBytes()])),
    transcript,
  };
}

/** The sum was wrong: each sender alone. */
function findWrong(
  parameters: Parameters,
  {
    own,
    shares,
    received,
  }: { own: Sharing; shares: ReadonlyMap<number, bigint | undefined>; received: readonly Received[] },
): Complaint[] {
  return received.flatMap(({ from, direct }) => {
    const share = shares.get(from);
    const commitments = own.commitments.get(from);
    if (share === undefined || commitments === undefined || direct === undefined) return [];
    if (fits(parameters, { share, commitments, to: parameters.self })) return [];
    return [{ accused: from, evidence: direct }];
  });
}

/** Whether a share lies on the polynomial that was committed to. */
export function fits(
  parameters: Parameters,
  { share, commitments, to }: { share: bigint; commitments: Uint8Array; to: number },
): boolean {
  const elements = parseCommitments(parameters, commitments);
  if (elements === undefined) return false;
  return timesBase(parameters.suite, share).equals(evaluateCommitted(parameters.suite, elements, to));
}
