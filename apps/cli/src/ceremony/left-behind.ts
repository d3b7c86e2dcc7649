import { type CeremonyResult, leftCeremony, transcriptOf } from "@countersign/client";
import { formatUuid } from "@countersign/wire";
import type { Context } from "../context.ts";
import type { Introduction } from "../session/introduction.ts";
import { SessionJournal } from "../store/session-journal.ts";
import { type Begun, type CeremonyPlan, numbersOf } from "./ceremony-plan.ts";
import { finished } from "./unfinished.ts";
import { nodeVerify } from "./verify.ts";

/** What a process before this one has left of a ceremony in its journal. */
export type LeftBehind<Result> =
  | {
      readonly type: "complete";
      readonly introduction: Extract<Introduction, { readonly type: "resumed" }>;
      readonly begun: Begun;
      readonly made: CeremonyResult<Result>;
      /** Whether all others have acknowledged what they were told, so that nobody waits for this party. */
      readonly isSaid: boolean;
    }
  /** Signed here, so that the others may be complete; or not. */
  | { readonly type: "sealed" | "open" };

/** Looks into the journal of a ceremony that is taken up again, before anybody is asked. */
export function leftBehind<Result>(plan: CeremonyPlan<Result>): LeftBehind<Result> {
  const { introduction, checkpoint, otherRecord } = plan;
  if (introduction.type !== "resumed" || checkpoint === undefined) return { type: "open" };
  const { record } = introduction;
  const { origin, history } = record;
  const pins = history.peers.flatMap(({ identity }) => (identity === undefined ? [] : [identity]));
  const begun: Begun = {
    number: origin.number,
    threshold: origin.parameters.threshold,
    transcript: transcriptOf(record),
    pins,
    numbers: numbersOf(origin.number, pins),
    over: AbortSignal.abort(),
    asking: (answer) => answer,
  };
  const protocol = plan.protocol(begun);
  const left = leftCeremony({
    record,
    checkpoint,
    protocol,
    verify: nodeVerify,
    ...(otherRecord === undefined ? {} : { otherRecord }),
  });
  if (left.type !== "complete") return left;
  const isSaid = history.peers.every(({ unacknowledged, closed }) => unacknowledged.length === 0 || closed);
  return { type: "complete", introduction, begun, made: left.made, isSaid };
}

/** Keeps a result that was left behind, and forgets its session. Throws `CommandError`: then the session is still there. */
export async function keepLeft<Result>(
  plan: CeremonyPlan<Result>,
  { introduction, begun, made }: LeftBehind<Result> & { readonly type: "complete" },
  context: Context,
): Promise<void> {
  await finished(plan.finish(begun, made));
  const { parameters, number } = introduction.record.origin;
  await introduction.journal.end(false);
  await context.sessions.forget(`${formatUuid(parameters.session)}-${number}`);
  await new SessionJournal(context.places.sessions, plan.role).end(true, parameters);
}
