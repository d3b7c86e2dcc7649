import { type Group, keep, release } from "./group-state.ts";
import { hasTokens, memberOf } from "./member.ts";
import type { Session, SessionEvent } from "./session-state.ts";

/**
 * Whether a member is sent an event. What a member did itself it knows from the answer; the end of a session goes to
 * everybody.
 */
export function concerns(event: SessionEvent, number: number): boolean {
  switch (event.type) {
    case "memberJoined":
    case "memberLeft":
    case "memberFinished":
      return event.number !== number;
    case "message":
      return event.from !== number && (event.to === 0 || event.to.includes(number));
    case "sessionClosed":
    case "sessionAborted":
    case "sessionExpired":
      return true;
  }
}

/** The first event behind `after` that concerns a member, undefined if there is none. */
export function nextEvent(session: Session, number: number, after: number): SessionEvent | undefined {
  const { events } = session;
  for (let i = Math.max(0, after - floorOf(session)); i < events.length; i++) {
    const event = events[i];
    if (event !== undefined && concerns(event, number)) return event;
  }
  return undefined;
}

/** The seq of the last event up to `after` that concerned a member, 0 if none did. */
export function previousSeq(session: Session, number: number, after: number): number {
  for (let i = after - floorOf(session) - 1; i >= 0; i--) {
    const event = session.events[i];
    if (event !== undefined && concerns(event, number)) return event.seq;
  }
  return memberOf(session, number)?.trimmed ?? 0;
}

/** Takes an event into the order of a session, and keeps it for those who read or may yet come to read it. */
export function record(group: Group, session: Session, event: SessionEvent): void {
  // Connections are told from the outbox of the group.
  if (session.phase !== "gathering" && !hasTokens(session)) return;
  session.events.push(event);
  if (event.type !== "message") return;
  keep(group, event.position);
  session.bytes += event.size;
  group.weight += event.size;
}

/** Drops the events that every member with a token has processed. */
export function trimEvents(group: Group, session: Session): void {
  // Who joins later gets everything from the beginning.
  if (session.phase === "gathering") return;
  let processed = session.seq;
  for (const { token, acked } of session.members) if (token !== null && acked < processed) processed = acked;
  // Most acknowledgements are not those of the last one.
  if (processed <= floorOf(session)) return;
  const readers = session.members.filter(({ token }) => token !== null);
  const dropped = session.events.splice(0, processed - floorOf(session));
  for (const reader of readers) {
    reader.trimmed = dropped.findLast((event) => concerns(event, reader.number))?.seq ?? reader.trimmed;
  }
  releaseEvents(group, session, dropped);
}

/** Gives up what events of a session hold of the log. */
export function releaseEvents(group: Group, session: Session, events: readonly SessionEvent[]): void {
  for (const event of events) {
    if (event.type !== "message") continue;
    release(group, event.position);
    session.bytes -= event.size;
    group.weight -= event.size;
  }
}

/** The seq in front of the oldest event that is kept. */
function floorOf(session: Session): number {
  return session.seq - session.events.length;
}
