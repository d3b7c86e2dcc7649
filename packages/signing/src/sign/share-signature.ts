import type { GaveUp, NextRound, Received } from "@countersign/session";
import { concat, equalBytes } from "@countersign/wire";
import { foreignState, gaveUp, named } from "../gave-up.ts";
import { decodePayload } from "../payload.ts";
import { computeJoint, decodePair, type Joint, type NonceCommitments, signatureShare } from "./frost.ts";
import { commitmentBytes, commitmentsAt, noncesAt } from "./nonces.ts";
import type { SignParameters } from "./parameters.ts";
import { type Approved, approvedState, type Shared, sharedState } from "./sign-state.ts";
import { planWork, type Work } from "./signing-job.ts";
import { type SigningKey, signingKey } from "./signing-key.ts";

/** Uses the nonces up: the messages of round 3. The state that comes out holds none of them any more. */
export function shareSignature(
  parameters: SignParameters,
  state: Uint8Array,
  received: readonly Received[],
): NextRound | GaveUp {
  const own = approvedState.decode(parameters, state);
  const payload = own && decodePayload(own.payload);
  const work = payload && planWork(payload, parameters.share);
  if (own === undefined || work?.ok !== true) return foreignState();
  const length = commitmentBytes(parameters.suite, work.value.jobs.length);
  const wrong = received.filter(({ broadcast }) => broadcast?.length !== length).map(({ from }) => from);
  if (wrong.length > 0) return gaveUp(wrong, `${named(wrong)} sent no commitments`);
  const theirs = new Map(received.map(({ from, broadcast }) => [from, broadcast]));
  // All others are there, so what is missing is one's own.
  const commitments = parameters.signers.map((number) => theirs.get(number) ?? own.commitments);
  const made = makeShares(parameters, { own, work: work.value, commitments });
  own.seeds.fill(0);
  if (made === undefined) return whoseCommitments(parameters, commitments);
  return {
    type: "round",
    state: sharedState.encode(parameters, { payload: own.payload, ...made, commitments }),
    broadcast: made.shares,
  };
}

/** Everybody's commitments to the nonces of one signature. */
export function commitmentList(
  { suite, signers }: SignParameters,
  commitments: readonly Uint8Array[],
  job: number,
): NonceCommitments[] {
  return signers.map((number, at) => commitmentsAt(suite, commitments[at] ?? new Uint8Array(), { job, number }));
}

/** The shares of all signatures, and the group commitments that they belong to; undefined where there is none. */
function makeShares(
  parameters: SignParameters,
  { own, work, commitments }: { own: Approved; work: Work; commitments: readonly Uint8Array[] },
): Pick<Shared, "shares" | "groupCommitments"> | undefined {
  const { suite, share } = parameters;
  const shares: Uint8Array[] = [];
  const groupCommitments: Uint8Array[] = [];
  for (const [job, { message, merkleRoot }] of work.jobs.entries()) {
    const key = signingKey(share, merkleRoot);
    const list = commitmentList(parameters, commitments, job);
    const joint = computeJoint(suite, { key: key.publicKey, message, commitments: list });
    const signature = joint && shareOf(parameters, joint, { key, list, own, job });
    if (joint === undefined || signature === undefined) return undefined;
    shares.push(signature);
    groupCommitments.push(joint.R);
  }
  return { shares: concat(...shares), groupCommitments };
}

/** Undefined where the state does not hold the nonces that this party committed to. */
function shareOf(
  { suite, share: { number } }: SignParameters,
  joint: Joint,
  { key, list, own, job }: { key: SigningKey; list: readonly NonceCommitments[]; own: Approved; job: number },
): Uint8Array | undefined {
  const nonces = noncesAt(suite, key, { seeds: own.seeds, job });
  const mine = list.find((each) => each.number === number);
  if (mine === undefined || !equalBytes(concat(mine.hiding, mine.binding), nonces.commitments)) return undefined;
  const scalars = {
    secret: suite.parseScalar(key.secret.signingShare),
    hiding: suite.parseScalar(nonces.hiding),
    binding: suite.parseScalar(nonces.binding),
  };
  nonces.hiding.fill(0);
  nonces.binding.fill(0);
  return suite.encodeScalar(signatureShare(suite, joint, { number, ...scalars, key: key.publicKey }));
}

function whoseCommitments({ suite, signers }: SignParameters, commitments: readonly Uint8Array[]): GaveUp {
  const culprits = signers.filter((number, at) => {
    const bytes = commitments[at] ?? new Uint8Array();
    const jobs = bytes.length / commitmentBytes(suite, 1);
    const pairs = Array.from({ length: jobs }, (_, job) => commitmentsAt(suite, bytes, { job, number }));
    return pairs.some((pair) => decodePair(suite, pair) === undefined);
  });
  if (culprits.length === 0) return gaveUp([], "the commitments of all signers do not make a signature");
  return gaveUp(culprits, `${named(culprits)} committed to what is no element of the group`);
}
