import { record } from "../events.ts";
import type { Group } from "../group-state.ts";
import { hasTokens, type Member, memberAt } from "../member.ts";
import type { GroupOutput } from "../output.ts";
import { endOf, enter, type Session } from "../session-state.ts";
import { transitions } from "../transitions.ts";
import type { AttachEntry, DetachEntry, FoundEntry } from "./entry.ts";
import { trimOutbox } from "./outbox.ts";
import { type LiveOutput, reply } from "./output.ts";
import { violates } from "./rules.ts";
import { settle } from "./settling.ts";
import { describeGroup, type LiveGroup } from "./state.ts";

/**
 * Makes the group. Its id is fresh, or one that its members have agreed upon: then there may be one, or sessions of the
 * kind `sign` already. Where other sessions are, connections have no business: whoever pairs there expects none.
 */
export function found(group: Group, entry: FoundEntry): readonly LiveOutput[] {
  const { group: id, label, parties, threshold, connection } = entry;
  const isForKeys = [...group.sessions.values()].every(({ kind }) => kind === "sign");
  if (group.live === null && !isForKeys) return violates("unknownGroup", id);
  const connections = new Map([[connection, { number: connection, due: [] }]]);
  group.live ??= { id, label, parties, threshold, connections, seq: 0, events: [], bytes: 0 };
  return reply(id);
}

/** Takes a connection in. A full group takes nobody, not even who is in it, and the connection is to be closed. */
export function attach(live: LiveGroup, { connection, group }: AttachEntry): readonly LiveOutput[] {
  if (live.connections.size >= live.parties) return violates("groupFull", group);
  if (!live.connections.has(connection)) live.connections.set(connection, { number: connection, due: [] });
  return reply(describeGroup(live));
}

/** Takes a connection out of the group, and out of the sessions that are not complete yet. */
export function detach(group: Group, live: LiveGroup, { connection }: DetachEntry): readonly GroupOutput[] {
  if (!live.connections.delete(connection)) return reply();
  trimOutbox(group, live);
  const outputs = [...group.sessions.values()].flatMap((session) => {
    const member = memberAt(session, connection);
    return member === undefined || endOf(session) !== undefined ? [] : depart(group, session, member);
  });
  return [...reply(), ...outputs, ...settle(group)];
}

/** A member that is a connection is gone; while not all were there, its place is free again. */
function depart(group: Group, session: Session, member: Member): readonly GroupOutput[] {
  const { id } = session;
  const { number } = member;
  const isFinal = session.complete || transitions[session.phase].leave === "ignored";
  if (isFinal) return hasTokens(session) ? [{ type: "presence", session: id, number, online: false }] : [];
  enter(session, "leave");
  session.members.splice(session.members.indexOf(member), 1);
  session.freed.push(number);
  record(group, session, { seq: ++session.seq, type: "memberLeft", number });
  return [{ type: "event", session: id, seq: session.seq }];
}
