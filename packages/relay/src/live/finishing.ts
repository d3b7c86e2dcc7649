import type { DoneEntry } from "./entry.ts";
import { type LiveOutput, reply } from "./output.ts";
import { findSession, foreignTo, violates } from "./rules.ts";
import { type LiveGroup, touchLive } from "./state.ts";

/** Notes that a party is done; when all are, everybody hears it. The session stays until it expires. */
export function done(live: LiveGroup, entry: DoneEntry): LiveOutput[] {
  const session = findSession(live, entry);
  if (typeof session === "string") return violates(session);
  const objection = foreignTo(session, entry.connection, entry.number);
  if (objection !== undefined) return violates(objection);
  for (const party of session.parties) if (party.number === entry.number) party.finished = true;
  const outputs = [...reply(), touchLive(session)];
  if (!session.parties.every(({ finished }) => finished)) return outputs;
  const numbers = session.parties.map(({ number }) => number).sort((a, b) => a - b);
  const connections = session.parties.map(({ connection }) => connection);
  return [...outputs, { type: "tell", connections, event: { name: "sessionClosed", numbers } }];
}
