import { nextEvent, type Session, type SessionEvent } from "@countersign/relay";

/** All events behind `after` that concern a member, and the newest of the session. */
export function readEvents(
  session: Session,
  number: number,
  after: number,
): { readonly events: readonly SessionEvent[]; readonly upTo: number } {
  const events: SessionEvent[] = [];
  for (let event = nextEvent(session, number, after); event !== undefined; ) {
    events.push(event);
    event = nextEvent(session, number, event.seq);
  }
  return { events, upTo: session.seq };
}
