import type { GaveUp, NextRound, Received } from "@countersign/session";
import { concat, equalBytes } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { foreignState, gaveUp, named } from "../gave-up.ts";
import { decodePayload } from "../payload.ts";
import { reviewPayload } from "../review-payload.ts";
import { type Eventually, whenAnswered } from "./approval.ts";
import { drawNonces } from "./nonces.ts";
import type { SignParameters } from "./parameters.ts";
import type { SignOptions } from "./sign-options.ts";
import { approvedState, begunState } from "./sign-state.ts";
import { planWork, type Work } from "./signing-job.ts";
import { signingKey } from "./signing-key.ts";

interface Proposal {
  readonly from: number;
  readonly bytes: Uint8Array;
}

/** Finds the one proposal, asks the user, and only then draws nonces: the messages of round 2. */
export function agree(
  parameters: SignParameters,
  { options, state, received }: { options: SignOptions; state: Uint8Array; received: readonly Received[] },
): Eventually<NextRound | GaveUp> {
  const mine = begunState.decode(parameters, state);
  if (mine === undefined) return foreignState();
  const { share, transcript } = parameters;
  const all = [
    { from: share.number, bytes: mine },
    ...received.map(({ from, broadcast }) => ({ from, bytes: broadcast ?? new Uint8Array() })),
  ];
  const chosen = choose(all.filter(({ bytes }) => bytes.length > 0).sort((a, b) => a.from - b.from));
  if ("type" in chosen) return chosen;
  const payload = decodePayload(chosen.bytes);
  const work = payload && planWork(payload, share);
  if (work?.ok !== true) {
    return gaveUp(
      [chosen.from],
      `number ${chosen.from} proposed what cannot be signed: ${work?.detail ?? "it is no proposal"}`,
    );
  }
  const review = reviewPayload(work.value.payload, share, {
    transcript,
    ...(options.network && { network: options.network }),
  });
  if (!review.ok) return gaveUp([chosen.from], `number ${chosen.from} proposed what cannot be shown`);
  return whenAnswered(options.approve(review.value, chosen.from), (yes) => {
    if (!yes) return gaveUp([], `number ${share.number} declined to sign`);
    return approved(parameters, { work: work.value, payload: chosen.bytes, randomBytes: options.randomBytes });
  });
}

/** All who propose have to propose the same. */
function choose(proposals: readonly Proposal[]): Proposal | GaveUp {
  const [first] = proposals;
  if (first === undefined) return gaveUp([], "nobody proposed anything to sign");
  const other = proposals.find(({ bytes }) => !equalBytes(bytes, first.bytes));
  if (other !== undefined) return gaveUp([], `${named([first.from, other.from])} propose different things to sign`);
  return first;
}

function approved(
  parameters: SignParameters,
  { work, payload, randomBytes }: { work: Work; payload: Uint8Array; randomBytes: SignOptions["randomBytes"] },
): NextRound {
  const { suite, share, transcript } = parameters;
  const keys = work.jobs.map(({ merkleRoot }) => signingKey(share, merkleRoot));
  const context = sha256(concat(transcript, payload));
  const { seeds, commitments } = drawNonces({ suite, keys, context, randomBytes });
  const state = approvedState.encode(parameters, { payload, seeds, commitments });
  seeds.fill(0);
  return { type: "round", state, broadcast: commitments };
}
