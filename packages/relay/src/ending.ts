import { accept, deny } from "./answer.ts";
import type { AbortEntry, ExpireEntry, FinishEntry } from "./entry.ts";
import type { Group } from "./group-state.ts";
import type { GroupOutput } from "./output.ts";
import { enter, objection, refuse, type Session } from "./session-state.ts";
import { sessionTimer, touch } from "./timers.ts";
import { transitions } from "./transitions.ts";

/** Notes that a member is done; the last one closes the session. */
export function finish(session: Session, entry: FinishEntry): readonly GroupOutput[] {
  const number = entry.from;
  const member = session.members[number - 1];
  if (member === undefined) return deny(refuse("relay.not-a-member"));
  const last = session.members.every((other) => other === member || other.finished);
  const cause = last ? "close" : "finish";
  const refusal = objection(session, cause);
  if (refusal !== undefined) return deny(refusal);
  if (member.finished) return accept(session, number);

  enter(session, cause);
  member.finished = true;
  session.events.push({ seq: ++session.seq, type: "memberFinished", number });
  if (last) session.events.push({ seq: ++session.seq, type: "sessionClosed" });
  return ended(session, number);
}

/** Ends the session for everybody at a member's wish. */
export function abort(session: Session, entry: AbortEntry): readonly GroupOutput[] {
  const { from: number, reason } = entry;
  if (session.members[number - 1] === undefined) return deny(refuse("relay.not-a-member"));
  const refusal = objection(session, "abort");
  if (refusal !== undefined) return deny(refusal);
  enter(session, "abort");
  session.reason = reason;
  session.events.push({ seq: ++session.seq, type: "sessionAborted", number, reason });
  return ended(session, number);
}

/** Ends a session in which nothing has happened since its timer was armed; else the timer runs again. */
export function expire(session: Session, entry: ExpireEntry): readonly GroupOutput[] {
  if (transitions[session.phase].expire === "ignored") return [];
  if (session.activity !== entry.activity) return [sessionTimer(session)];
  enter(session, "expire");
  session.events.push({ seq: ++session.seq, type: "sessionExpired" });
  return ended(session, 0);
}

/** Removes a session that has ended, with all it holds. */
export function forget(group: Group, session: Session): readonly GroupOutput[] {
  if (transitions[session.phase].forget === "ignored") return [];
  group.kept -= session.events.filter((event) => event.type === "message").length;
  group.sessions.delete(session.id);
  return [{ type: "forgotten", session: session.id }];
}

function ended(session: Session, number: number): readonly GroupOutput[] {
  return [...accept(session, number), { type: "event", session: session.id, seq: session.seq }, touch(session)];
}
