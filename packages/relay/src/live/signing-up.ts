import { mpcRules } from "@countersign/rpc";
import type { LoadEntry, ParticipantEntry, SignupEntry } from "./entry.ts";
import { type LiveOutput, reply } from "./output.ts";
import { findSession, foreignTo, violates } from "./rules.ts";
import { type LiveGroup, type LiveSession, requiredParties, touchLive } from "./state.ts";

/** Gives a connection the next number; one that has a number is told it again. */
export function signup(live: LiveGroup, entry: SignupEntry): LiveOutput[] {
  const session = findSession(live, entry);
  if (typeof session === "string") return violates(session);
  const party = session.parties.find(({ connection }) => connection === entry.connection);
  if (party !== undefined) return [...reply(party.number), touchLive(session)];
  if (session.parties.length >= requiredParties(live, entry.kind)) return violates(mpcRules.sessionFull(session.id));
  return take(live, session, { entry, number: nextNumber(live, session) });
}

/** Gives a connection the number that it asks for. */
export function load(live: LiveGroup, entry: LoadEntry): LiveOutput[] {
  const { connection, number } = entry;
  const session = findSession(live, entry);
  if (typeof session === "string") return violates(session);
  if (number === 0) return violates(mpcRules.numberZero());
  if (number > live.parties) return violates(mpcRules.numberOutOfRange());
  if (isTaken(session, number)) return violates(mpcRules.numberTaken(session.id));
  const party = session.parties.find((one) => one.connection === connection);
  if (party !== undefined) return violates(mpcRules.alreadyParty(connection, party.number));
  if (session.parties.length >= requiredParties(live, entry.kind)) return violates(mpcRules.sessionFull(session.id));
  return take(live, session, { entry, number });
}

/** Notes the index under which a party is reached while it signs. */
export function participant(live: LiveGroup, entry: ParticipantEntry): LiveOutput[] {
  const { connection, index, number } = entry;
  const session = findSession(live, entry);
  if (typeof session === "string") return violates(session);
  const objection = foreignTo(session, connection, number);
  if (objection !== undefined) return violates(objection);
  const holder = session.parties.find((one) => one.index === index);
  if (holder !== undefined && holder.number !== number) return violates(mpcRules.indexTaken(session.id));
  for (const party of session.parties) if (party.number === number) party.index = index;
  return [...reply(), touchLive(session)];
}

/** The one that completes the session is what all parties wait for. */
function take(
  live: LiveGroup,
  session: LiveSession,
  { entry, number }: { readonly entry: SignupEntry | LoadEntry; readonly number: number },
): LiveOutput[] {
  const freed = session.freed.indexOf(number);
  if (freed !== -1) session.freed.splice(freed, 1);
  session.parties.push({ connection: entry.connection, number, index: null, finished: false });
  const outputs = [...reply(number), touchLive(session)];
  if (session.parties.length !== requiredParties(live, entry.kind)) return outputs;
  session.complete = true;
  const name = entry.type === "signup" ? "sessionSignup" : "sessionLoad";
  const connections = session.parties.map(({ connection }) => connection);
  return [...outputs, { type: "tell", connections, event: { name, session: session.id } }];
}

/** A number that was given back, else the one behind the last, else the first that is free. */
function nextNumber(live: LiveGroup, session: LiveSession): number {
  if (session.freed.length > 0) return Math.min(...session.freed);
  const next = (session.parties.at(-1)?.number ?? 0) + 1;
  if (next <= live.parties && !isTaken(session, next)) return next;
  let free = 1;
  while (isTaken(session, free)) free++;
  return free;
}

function isTaken(session: LiveSession, number: number): boolean {
  return session.parties.some((party) => party.number === number);
}
