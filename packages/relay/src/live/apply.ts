import type { GroupEntry } from "../entry.ts";
import type { Group } from "../group-state.ts";
import type { GroupOutput } from "../output.ts";
import type { LiveEntry } from "./entry.ts";
import { done } from "./finishing.ts";
import { attach, detach, found } from "./membership.ts";
import { taken } from "./outbox.ts";
import type { LiveAnswer } from "./output.ts";
import { propose, relay, signed } from "./relaying.ts";
import { violation } from "./rules.ts";
import { begin, visit } from "./sessions.ts";
import { load, participant, signup } from "./signing-up.ts";

const types: ReadonlySet<string> = new Set<LiveEntry["type"]>([
  "found",
  "attach",
  "detach",
  "begin",
  "visit",
  "signup",
  "load",
  "participant",
  "relay",
  "done",
  "propose",
  "signed",
  "taken",
]);

/** What goes by without a word where there is no group. */
const silent: ReadonlySet<string> = new Set<LiveEntry["type"]>(["detach", "propose", "taken"]);

/** Whether an entry is one of a live group. */
export function isLiveEntry(entry: GroupEntry): entry is LiveEntry {
  return types.has(entry.type);
}

/** What an entry is answered where its group does not exist. */
export function answerWithoutGroup({ type, group }: LiveEntry): LiveAnswer {
  return silent.has(type) ? { ok: true, result: undefined } : violation("unknownGroup", group);
}

/** Applies an entry of a live group. */
export function applyLive(group: Group, entry: LiveEntry): readonly GroupOutput[] {
  if (entry.type === "found") return found(group, entry);
  const { live } = group;
  if (live === null) return [{ type: "reply", answer: answerWithoutGroup(entry) }];
  switch (entry.type) {
    case "attach":
      return attach(live, entry);
    case "detach":
      return detach(group, live, entry);
    case "begin":
      return begin(group, live, entry);
    case "visit":
      return visit(group, live, entry);
    case "signup":
      return signup(group, live, entry);
    case "load":
      return load(group, live, entry);
    case "participant":
      return participant(group, live, entry);
    case "relay":
      return relay(group, live, entry);
    case "done":
      return done(group, live, entry);
    case "propose":
      return propose(group, live, entry);
    case "signed":
      return signed(group, live, entry);
    case "taken":
      return taken(group, live, entry);
  }
}
