import type { GaveUp, NextRound, Received } from "@countersign/session";
import { foreignState, gaveUp } from "../gave-up.ts";
import { encodeKeyShare, type KeyShare } from "../key-share.ts";
import { evaluateCommitted } from "../polynomial.ts";
import { timesBase } from "../suite.ts";
import { parseCommitments } from "./commitments.ts";
import { judgingState, type Sharing, sharingState } from "./keygen-state.ts";
import type { Parameters } from "./parameters.ts";
import { openShare } from "./signed-share.ts";
import { type Complaint, encodeVerdict } from "./verdict.ts";

/** Adds up the shares, checks the sum, and says whether all was right: the messages of round 3. */
export function receive(parameters: Parameters, state: Uint8Array, received: readonly Received[]): NextRound | GaveUp {
  const own = sharingState.decode(parameters, state);
  if (own === undefined) return foreignState();
  const shares = new Map(received.map((each) => [each.from, openOne(parameters, own, each)]));
  const silent = [...shares].flatMap(([accused, share]) => (share === undefined ? [{ accused }] : []));
  const keyShare = silent.length > 0 ? undefined : addUp(parameters, own, shares);
  const complaints = keyShare === undefined ? [...silent, ...findWrong(parameters, own, received)] : [];
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

function openOne(parameters: Parameters, { commitments }: Sharing, { from, direct }: Received): bigint | undefined {
  const key = commitments.get(from)?.subarray(0, parameters.suite.elementBytes);
  if (key === undefined || direct === undefined) return undefined;
  return openShare(parameters, { bytes: direct, way: { from, to: parameters.self }, key });
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
  if (!timesBase(suite, secret).equals(evaluateCommitted(suite, sums, self))) return undefined;
  const verificationShares = numbers.map((number) => [number, evaluateCommitted(suite, sums, number)] as const);
  if (verificationShares.some(([, element]) => element.is0())) return undefined;
  return {
    suite: suite.name,
    threshold,
    parties: numbers.length,
    number: self,
    secretShare: suite.encodeScalar(secret),
    groupKey: sum.slice(0, suite.elementBytes),
    verificationShares: new Map(verificationShares.map(([number, element]) => [number, element.toBytes()])),
    transcript,
  };
}

/** The sum was wrong: each sender alone. */
function findWrong(parameters: Parameters, own: Sharing, received: readonly Received[]): Complaint[] {
  return received.flatMap((each) => {
    const share = openOne(parameters, own, each);
    const commitments = own.commitments.get(each.from);
    if (share === undefined || commitments === undefined || each.direct === undefined) return [];
    if (fits(parameters, { share, commitments, to: parameters.self })) return [];
    return [{ accused: each.from, evidence: each.direct }];
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
