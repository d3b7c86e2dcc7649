import type { Group } from "../group-state.ts";
import { createMember, hasTokens, memberAt, memberOf, nextNumber } from "../member.ts";
import type { GroupOutput } from "../output.ts";
import { announceComplete, seat } from "../seating.ts";
import { touch } from "../timers.ts";
import type { LoadEntry, ParticipantEntry, SignupEntry } from "./entry.ts";
import { reply } from "./output.ts";
import { findSession, foreignTo, isRefused, type LiveSession, violates } from "./rules.ts";
import { type LiveGroup, requiredParties } from "./state.ts";

/** Gives a connection the next number; one that has a number is told it again. */
export function signup(group: Group, live: LiveGroup, entry: SignupEntry): readonly GroupOutput[] {
  const session = findSession(group, live, entry);
  if (isRefused(session)) return session;
  const party = memberAt(session, entry.connection);
  if (party !== undefined) return [...reply(party.number), touch(session)];
  return take(group, session, { entry, number: nextNumber(session), required: requiredParties(live, entry.kind) });
}

/** Gives a connection the number that it asks for. */
export function load(group: Group, live: LiveGroup, entry: LoadEntry): readonly GroupOutput[] {
  const { connection, number } = entry;
  const session = findSession(group, live, entry);
  if (isRefused(session)) return session;
  if (number === 0) return violates("numberZero");
  if (number > live.parties) return violates("numberOutOfRange");
  if (memberOf(session, number) !== undefined) return violates("numberTaken", session.id);
  const party = memberAt(session, connection);
  if (party !== undefined) return violates("alreadyParty", connection, party.number);
  return take(group, session, { entry, number, required: requiredParties(live, entry.kind) });
}

/** Notes the index under which a party is reached while it signs. */
export function participant(group: Group, live: LiveGroup, entry: ParticipantEntry): readonly GroupOutput[] {
  const { connection, index, number } = entry;
  const session = findSession(group, live, entry);
  if (isRefused(session)) return session;
  const refused = foreignTo(session, connection, number);
  if (refused !== undefined) return refused;
  const holder = session.members.find((one) => one.index === index);
  if (holder !== undefined && holder.number !== number) return violates("indexTaken", session.id);
  const party = memberOf(session, number);
  if (party !== undefined) party.index = index;
  return [...reply(), touch(session)];
}

function take(
  group: Group,
  session: LiveSession,
  {
    entry,
    number,
    required,
  }: { readonly entry: SignupEntry | LoadEntry; readonly number: number; readonly required: number },
): readonly GroupOutput[] {
  // Who has a token was promised as many members as the session has places, whatever kind a request names.
  const isTaken = session.phase === "full" && hasTokens(session);
  if (isTaken || session.members.length >= required) return violates("sessionFull", session.id);
  const seated = seat(group, session, createMember({ number, connection: entry.connection }));
  const complete = announceComplete(group, session, { required, isLoaded: entry.type === "load" });
  return [...reply(number), ...seated, touch(session), ...complete];
}
