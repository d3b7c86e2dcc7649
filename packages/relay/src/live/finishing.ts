import { finishMember } from "../ending.ts";
import type { Group } from "../group-state.ts";
import { memberOf } from "../member.ts";
import type { GroupOutput } from "../output.ts";
import { touch } from "../timers.ts";
import type { DoneEntry } from "./entry.ts";
import { reply } from "./output.ts";
import { findSession, foreignTo, isRefused } from "./rules.ts";
import type { LiveGroup } from "./state.ts";

/** Notes that a party is done; when all are, everybody hears it. */
export function done(group: Group, live: LiveGroup, entry: DoneEntry): readonly GroupOutput[] {
  const session = findSession(group, live, entry);
  if (isRefused(session)) return session;
  const refused = foreignTo(session, entry.connection, entry.number);
  if (refused !== undefined) return refused;
  const party = memberOf(session, entry.number);
  const outputs = party === undefined ? [] : finishMember(group, session, party);
  return [...reply(), ...outputs, touch(session)];
}
