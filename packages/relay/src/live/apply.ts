import { mpcRules } from "@countersign/rpc";
import type { GroupEntry } from "../entry.ts";
import type { Group } from "../group-state.ts";
import type { LiveEntry } from "./entry.ts";
import { done } from "./finishing.ts";
import { attach, detach, found } from "./membership.ts";
import { type LiveOutput, reply } from "./output.ts";
import { propose, relay, signed } from "./relaying.ts";
import { violates } from "./rules.ts";
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
]);

/** Whether an entry is one of a live group. */
export function isLive(entry: GroupEntry): entry is LiveEntry {
  return types.has(entry.type);
}

/** Applies an entry of a live group. */
export function applyLive(group: Group, entry: LiveEntry): readonly LiveOutput[] {
  if (entry.type === "found") return found(group, entry);
  const { live } = group;
  if (live === null) {
    const isSilent = entry.type === "detach" || entry.type === "propose";
    return isSilent ? reply() : violates(mpcRules.unknownGroup(entry.group));
  }
  switch (entry.type) {
    case "attach":
      return attach(live, entry);
    case "detach":
      return detach(group, live, entry);
    case "begin":
      return begin(live, entry);
    case "visit":
      return visit(live, entry);
    case "signup":
      return signup(live, entry);
    case "load":
      return load(live, entry);
    case "participant":
      return participant(live, entry);
    case "relay":
      return relay(live, entry);
    case "done":
      return done(live, entry);
    case "propose":
      return propose(live, entry);
    case "signed":
      return signed(live, entry);
  }
}
