import type { GaveUp, NextRound, Received } from "@countersign/session";
import { concat } from "@countersign/wire";
import type { NonceCommitments } from "@noble/curves/abstract/frost.js";
import { foreignState, gaveUp, named } from "../gave-up.ts";
import { decodePayload } from "../payload.ts";
import { decodeElement } from "../suite.ts";
import { commitmentBytes, commitmentsAt, noncesAt } from "./nonces.ts";
import type { SignParameters } from "./parameters.ts";
import { type Approved, approvedState, sharedState } from "./sign-state.ts";
import { planWork, type Work } from "./signing-job.ts";
import { identifierOf, signingKey } from "./signing-key.ts";

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
  const shares = trySign(parameters, { own, work: work.value, commitments });
  own.seeds.fill(0);
  if (shares === undefined) return whoseCommitments(parameters, commitments);
  return {
    type: "round",
    state: sharedState.encode(parameters, { payload: own.payload, shares, commitments }),
    broadcast: shares,
  };
}

/** Everybody's commitments to the nonces of one signature, as the library wants them. */
export function commitmentList(
  { suite, signers }: SignParameters,
  commitments: readonly Uint8Array[],
  job: number,
): NonceCommitments[] {
  return signers.map((number, at) => {
    const identifier = identifierOf(suite, number);
    return commitmentsAt(suite, commitments[at] ?? new Uint8Array(), { job, identifier });
  });
}

/** Undefined where the library refuses the commitments; it does not say whose. */
function trySign(
  parameters: SignParameters,
  { own, work, commitments }: { own: Approved; work: Work; commitments: readonly Uint8Array[] },
): Uint8Array | undefined {
  const { suite, share, signers } = parameters;
  try {
    const shares = work.jobs.map(({ message, merkleRoot }, job) => {
      const key = signingKey(share, signers, merkleRoot);
      const nonces = noncesAt(suite, key, { seeds: own.seeds, job });
      const list = commitmentList(parameters, commitments, job);
      return suite.frost.signShare(key.secret, key.pub, nonces, list, new Uint8Array(message));
    });
    return concat(...shares);
  } catch {
    return undefined;
  }
}

function whoseCommitments({ suite, signers }: SignParameters, commitments: readonly Uint8Array[]): GaveUp {
  const culprits = signers.filter((_, at) => {
    const bytes = commitments[at] ?? new Uint8Array();
    for (let start = 0; start < bytes.length; start += suite.elementBytes) {
      const element = decodeElement(suite, bytes.slice(start, start + suite.elementBytes));
      if (element?.isTorsionFree() !== true) return true;
    }
    return false;
  });
  if (culprits.length === 0) return gaveUp([], "the commitments of all signers do not make a signature");
  return gaveUp(culprits, `${named(culprits)} committed to what is no element of the group`);
}
