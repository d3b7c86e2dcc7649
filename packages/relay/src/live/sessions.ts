import { mpcRules } from "@countersign/rpc";
import type { BeginEntry, VisitEntry } from "./entry.ts";
import { type LiveOutput, reply } from "./output.ts";
import { findSession, violates } from "./rules.ts";
import { describeSession, type LiveGroup, type LiveSession, liveTimer, touchLive } from "./state.ts";

/** Makes a session. Of one for key generation all others in the group hear. */
export function begin(live: LiveGroup, entry: BeginEntry): LiveOutput[] {
  const { connection, session: id, kind, value, life } = entry;
  if (!live.connections.includes(connection)) return violates(mpcRules.notInGroup(connection, live.id));
  const session: LiveSession = { id, kind, value, life, complete: false, parties: [], freed: [], activity: 0 };
  live.sessions.push(session);
  const described = describeSession(session);
  const outputs = [...reply(described), liveTimer(session)];
  if (kind === "sign") return outputs;
  const others = live.connections.filter((one) => one !== connection);
  return [...outputs, { type: "tell", connections: others, event: { name: "sessionCreate", session: described } }];
}

/** Says what a session is. */
export function visit(live: LiveGroup, entry: VisitEntry): LiveOutput[] {
  const session = findSession(live, entry);
  return typeof session === "string" ? violates(session) : [...reply(describeSession(session)), touchLive(session)];
}

/**
 * Ends a session in which nothing has happened since its timer was armed; else the timer runs again. Parties that have
 * not finished hear of it.
 */
export function expireLive(live: LiveGroup, session: LiveSession, activity: number): LiveOutput[] {
  if (session.activity !== activity) return [liveTimer(session)];
  live.sessions.splice(live.sessions.indexOf(session), 1);
  const waiting = session.parties.filter(({ finished }) => !finished).map(({ connection }) => connection);
  return [{ type: "cut", connections: waiting, session: session.id }];
}
