import { accept, deny } from "./answer.ts";
import type { AbortEntry, ExpireEntry, FinishEntry } from "./entry.ts";
import { record } from "./events.ts";
import type { Group } from "./group-state.ts";
import { tell } from "./live/outbox.ts";
import { remove, settle } from "./live/settling.ts";
import { connectionsOf, hasTokens, type Member, speakerOf } from "./member.ts";
import type { GroupOutput } from "./output.ts";
import { enter, objection, refuse, type Session } from "./session-state.ts";
import { sessionTimer, touch } from "./timers.ts";
import { transitions } from "./transitions.ts";

/** Notes that a member is done; the last one closes the session. */
export function finish(group: Group, session: Session, entry: FinishEntry): readonly GroupOutput[] {
  const member = speakerOf(session, entry.from);
  if (member === undefined) return deny(refuse("relay.not-a-member"));
  const refusal = objection(session, isLast(session, member) ? "close" : "finish");
  if (refusal !== undefined) return deny(refusal);
  if (member.finished) return accept(session, member.number);
  const outputs = finishMember(group, session, member);
  return [...accept(session, member.number), ...outputs, touch(session)];
}

/**
 * Notes that a member is done. When all are, connections are told, and told again if one says it again: for them the
 * session goes on. Where somebody has a token it is closed.
 */
export function finishMember(group: Group, session: Session, member: Member): readonly GroupOutput[] {
  const isClosing = isLast(session, member);
  const isRead = hasTokens(session);
  enter(session, isClosing && isRead ? "close" : "finish");
  if (!member.finished) {
    member.finished = true;
    record(group, session, { seq: ++session.seq, type: "memberFinished", number: member.number });
  }
  if (isClosing && isRead) record(group, session, { seq: ++session.seq, type: "sessionClosed" });
  const outputs: GroupOutput[] = [{ type: "event", session: session.id, seq: session.seq }];
  if (!isClosing) return outputs;
  const numbers = session.members.map(({ number }) => number).sort((a, b) => a - b);
  return [...outputs, ...tell(group, connectionsOf(session), { type: "sessionClosed", session: session.id, numbers })];
}

/** Ends the session for everybody at a member's wish. */
export function abort(group: Group, session: Session, entry: AbortEntry): readonly GroupOutput[] {
  const { from: number, reason } = entry;
  if (speakerOf(session, number) === undefined) return deny(refuse("relay.not-a-member"));
  const refusal = objection(session, "abort");
  if (refusal !== undefined) return deny(refusal);
  enter(session, "abort");
  session.reason = reason;
  record(group, session, { seq: ++session.seq, type: "sessionAborted", number, reason });
  const outputs: GroupOutput[] = [{ type: "event", session: session.id, seq: session.seq }];
  return [...accept(session, number), ...outputs, ...cut(session, "aborted"), touch(session)];
}

/**
 * Ends a session in which nothing has happened since its timer was armed; else the timer runs again. Where nobody has a
 * token nobody will ask what became of it.
 */
export function expire(group: Group, session: Session, entry: ExpireEntry): readonly GroupOutput[] {
  if (transitions[session.phase].expire === "ignored") return [];
  if (session.activity !== entry.activity) return [sessionTimer(session)];
  enter(session, "expire");
  const cutting = cut(session, "expired");
  if (group.live !== null && !hasTokens(session)) return [...cutting, ...remove(group, session)];
  record(group, session, { seq: ++session.seq, type: "sessionExpired" });
  const event = { type: "event", session: session.id, seq: session.seq } as const;
  return [...accept(session, 0), event, ...cutting, touch(session)];
}

/** Removes a session that has ended, with all it holds. */
export function forget(group: Group, session: Session): readonly GroupOutput[] {
  if (transitions[session.phase].forget === "ignored") return [];
  return [...remove(group, session), ...settle(group)];
}

function isLast(session: Session, member: Member): boolean {
  return session.members.every((other) => other === member || other.finished);
}

/** The connections that were not done have to hear that nothing comes any more. */
function cut(session: Session, ended: "aborted" | "expired"): readonly GroupOutput[] {
  const connections = connectionsOf({ members: session.members.filter(({ finished }) => !finished) });
  return connections.length === 0 ? [] : [{ type: "cut", connections, session: session.id, ended }];
}
