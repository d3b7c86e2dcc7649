import type { Envelope } from "./entry.ts";
import type { Session, SessionEvent } from "./session-state.ts";

/**
 * Whether a member is sent an event. What a member did itself it knows from the answer; the end of a session goes to
 * everybody.
 */
export function concerns(event: SessionEvent, number: number): boolean {
  switch (event.type) {
    case "memberJoined":
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

/** The bodies of a message that a member gets. */
export function bodiesFor(envelopes: readonly Envelope[], number: number): string[] {
  return envelopes.filter(({ to }) => to === 0 || to === number).map(({ body }) => body);
}

/** Looks at up to `max` events behind `after` and gives those that concern a member; `upTo` is the last one looked at. */
export function readEvents(
  session: Session,
  number: number,
  { after, max }: { readonly after: number; readonly max: number },
): { readonly events: readonly SessionEvent[]; readonly upTo: number } {
  const start = Math.max(0, after - floorOf(session));
  const seen = session.events.slice(start, start + max);
  return { events: seen.filter((event) => concerns(event, number)), upTo: seen.at(-1)?.seq ?? after };
}

/** The seq of the last event up to `after` that concerned a member, 0 if none did. */
export function previousSeq(session: Session, number: number, after: number): number {
  for (let i = after - floorOf(session) - 1; i >= 0; i--) {
    const event = session.events[i];
    if (event !== undefined && concerns(event, number)) return event.seq;
  }
  return session.members[number - 1]?.trimmed ?? 0;
}

/** Drops the events that every member has processed and counts the messages among them. */
export function trimEvents(session: Session): number {
  // Who joins later gets everything from the beginning.
  if (session.phase === "gathering") return 0;
  const processed = Math.min(...session.members.map((member) => member.acked));
  const dropped = session.events.splice(0, Math.max(0, processed - floorOf(session)));
  for (const [i, member] of session.members.entries()) {
    member.trimmed = dropped.findLast((event) => concerns(event, i + 1))?.seq ?? member.trimmed;
  }
  return dropped.filter((event) => event.type === "message").length;
}

/** The seq in front of the oldest event that is kept. */
function floorOf(session: Session): number {
  return session.seq - session.events.length;
}
