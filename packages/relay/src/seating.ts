import { record, trimEvents } from "./events.ts";
import type { Group } from "./group-state.ts";
import { tell } from "./live/outbox.ts";
import { connectionsOf, hasTokens, type Member } from "./member.ts";
import type { GroupOutput } from "./output.ts";
import { enter, type Session } from "./session-state.ts";

/** Which transition it is when one more member comes. */
export function causeOfJoin(session: Session): "join" | "fill" {
  return session.members.length + 1 < session.parties ? "join" : "fill";
}

/** Gives a member its place. */
export function seat(group: Group, session: Session, member: Member): readonly GroupOutput[] {
  // A connection may ask for a session with more places than the session has by its kind: then it is full already.
  if (session.phase === "gathering") enter(session, causeOfJoin(session));
  if (session.phase === "full") session.complete = true;
  const { number, connection } = member;
  const freed = session.freed.indexOf(number);
  if (freed !== -1) session.freed.splice(freed, 1);
  session.members.push(member);
  record(group, session, { seq: ++session.seq, type: "memberJoined", number, live: connection !== null });
  const outputs: GroupOutput[] = [{ type: "event", session: session.id, seq: session.seq }];
  if (!hasTokens(session)) trimEvents(group, session);
  else if (connection !== null) outputs.push({ type: "presence", session: session.id, number, online: true });
  return outputs;
}

/** The one that completes a session is what the connections among its members wait for. */
export function announceComplete(
  group: Group,
  session: Session,
  { required, isLoaded }: { readonly required: number; readonly isLoaded: boolean },
): readonly GroupOutput[] {
  if (session.members.length !== required) return [];
  session.complete = true;
  const type = isLoaded ? "sessionLoad" : "sessionSignup";
  return tell(group, connectionsOf(session), { type, session: session.id });
}
