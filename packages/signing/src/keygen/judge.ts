import type { Done, GaveUp, Received } from "@countersign/session";
import { foreignState, gaveUp, named } from "../gave-up.ts";
import { keyOutcome } from "../key-names.ts";
import { decodeKeyShare, type KeyShare } from "../key-share.ts";
import { type Judging, judgingState } from "./keygen-state.ts";
import type { Parameters } from "./parameters.ts";
import { fits } from "./receive.ts";
import { openShares } from "./signed-share.ts";
import { type Complaint, decodeVerdict } from "./verdict.ts";

/**
 * Ends: with the key, if nobody complains, and otherwise with whoever is proven to be at fault. That is the sender of a
 * wrong share, or who complains of a right one. A share without a right proof proves nothing to a third party, since
 * whoever complains may have made it up; the two parties themselves know which of them lies.
 */
export function judge(
  parameters: Parameters,
  state: Uint8Array,
  received: readonly Received[],
): Done<KeyShare> | GaveUp {
  const own = judgingState.decode(parameters, state);
  const mine = own && decodeVerdict(parameters.suite, own.verdict);
  if (own === undefined || mine === undefined) return foreignState();
  const culprits = new Set(mine.map(({ accused }) => accused));
  const unproven: string[] = [];
  for (const { from, broadcast } of received) {
    const complaints = broadcast && decodeVerdict(parameters.suite, broadcast);
    if (complaints === undefined) culprits.add(from);
    for (const complaint of complaints ?? []) {
      const guilty = guiltyOf(parameters, own, { from, complaint });
      if (guilty === undefined) unproven.push(`number ${from} got no share from number ${complaint.accused}`);
      else culprits.add(guilty);
    }
  }
  if (culprits.size > 0) {
    const ascending = [...culprits].sort((a, b) => a - b);
    return gaveUp(ascending, `${named(ascending)} did not keep to the key generation`);
  }
  const [first] = unproven;
  if (first !== undefined) return gaveUp([], `${first}, or says so: one of the two is at fault`);
  const share = decodeKeyShare(own.keyShare);
  if (!share.ok) return foreignState();
  return { type: "done", result: share.value, outcome: keyOutcome(share.value), state: own.keyShare };
}

/** Who of the two is at fault; undefined where this party cannot know. */
function guiltyOf(
  parameters: Parameters,
  { commitments }: Judging,
  { from, complaint }: { from: number; complaint: Complaint },
): number | undefined {
  const { accused, evidence } = complaint;
  const theirs = commitments.get(accused);
  // One knows what one sent oneself, and that it came as it was sent.
  if (accused === parameters.self || accused === from || theirs === undefined) return from;
  if (evidence === undefined) return undefined;
  const key = theirs.subarray(0, parameters.suite.elementBytes);
  const [share] = openShares(parameters, [{ bytes: evidence, way: { from: accused, to: from }, key }]);
  if (share === undefined || fits(parameters, { share, commitments: theirs, to: from })) return from;
  return accused;
}
