import { shortAnswer } from "../scenario.ts";
import type { LiveScenario } from "./live-scenario.ts";

type Answer = object | string;

/** What a member with a token says of the place that it wants in the session of a scenario. */
export const place = {
  session: "s",
  fresh: "f",
  life: 60,
  kind: "keygen",
  parties: 3,
  threshold: 2,
  versions: "AQ",
} as const;

/** How members with a token act in the scenario that `current` gives. */
export function tokenMembers(current: () => LiveScenario) {
  const ask = (entry: Parameters<LiveScenario["apply"]>[0]): Answer => {
    const [first] = current().apply(entry);
    if (first?.type !== "answer") throw new Error("no answer");
    return shortAnswer(first.answer);
  };
  const open = (member: string, more: object = {}): Answer =>
    ask({ type: "open", ...place, eid: member, token: `token of ${member}`, ...more });
  return { ask, open };
}
