import type { Session, SessionEvent } from "@countersign/relay";
import { encodeNotification, type RelayEvent } from "@countersign/rpc";
import type { EventCodec, EventExtras } from "../core/feed.ts";

/** How countersign.v1 says what happens in a session. */
export const countersignV1Events: EventCodec = {
  encodeEvent(session, event, more) {
    const { name, params } = eventOf(session, event, more);
    return encodeNotification(name, params);
  },
  encodePresence: (session, number, online) =>
    encodeNotification(online ? "memberOnline" : "memberOffline", { session, number }),
  encodeReplaced: (session) => encodeNotification("sessionReplaced", { session }),
};

function eventOf(session: Session, event: SessionEvent, { previous, bodies }: EventExtras): RelayEvent {
  const place = { session: session.id, seq: event.seq, previous };
  switch (event.type) {
    case "memberJoined": {
      const { eid = "", versions = "" } = session.members[event.number - 1] ?? {};
      return { name: event.type, params: { ...place, number: event.number, eid, versions } };
    }
    case "message":
      return { name: event.type, params: { ...place, from: event.from, bodies: [...bodies] } };
    case "memberFinished":
      return { name: event.type, params: { ...place, number: event.number } };
    case "sessionAborted":
      return { name: event.type, params: { ...place, number: event.number, reason: event.reason } };
    case "sessionClosed":
    case "sessionExpired":
      return { name: event.type, params: place };
  }
}
