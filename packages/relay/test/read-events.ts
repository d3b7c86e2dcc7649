import {
  type LiveConnection,
  type LiveEvent,
  type LiveGroup,
  nextDue,
  nextEvent,
  type Session,
  type SessionEvent,
} from "@countersign/relay";

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

/** All events behind `after` that a connection has not been handed. */
export function readOutbox(live: LiveGroup, connection: LiveConnection, after: number): readonly LiveEvent[] {
  const events: LiveEvent[] = [];
  for (let event = nextDue(live, connection, after); event !== undefined; ) {
    events.push(event);
    event = nextDue(live, connection, event.seq);
  }
  return events;
}
