import { memberOf, type Session, type SessionEvent } from "@countersign/relay";
import { encodeNotification, type RelayEvent } from "@countersign/rpc";
import type { EventCodec, EventExtras } from "../core/feed.ts";

type MessageEvent = Extract<SessionEvent, { type: "message" }>;

/** How countersign.v1 says what happens in a session. */
export const countersignV1Events: EventCodec = {
  encodeEvent(session, event, more) {
    if (event.type === "message") return encodeMessage(session.id, event, more);
    const { name, params } = eventOf(session, event, more);
    return encodeNotification(name, params);
  },
  encodePresence: (session, number, online) =>
    encodeNotification(online ? "memberOnline" : "memberOffline", { session, number }),
  encodeReplaced: (session) => encodeNotification("sessionReplaced", { session }),
};

/** What `encodeNotification` would write: neither ids nor bodies hold anything that JSON would escape. */
function encodeMessage(session: string, { seq, from }: MessageEvent, { previous, bodies }: EventExtras): string {
  const params = `{"session":"${session}","seq":${seq},"previous":${previous},"from":${from},"bodies":["${bodies.join('","')}"]}`;
  return `{"jsonrpc":"2.0","method":"message","params":${params}}`;
}

function eventOf(session: Session, event: Exclude<SessionEvent, MessageEvent>, { previous }: EventExtras): RelayEvent {
  const place = { session: session.id, seq: event.seq, previous };
  switch (event.type) {
    case "memberJoined":
      return { name: event.type, params: { ...place, number: event.number, ...published(session, event) } };
    case "memberLeft":
    case "memberFinished":
      return { name: event.type, params: { ...place, number: event.number } };
    case "sessionAborted":
      return { name: event.type, params: { ...place, number: event.number, reason: event.reason } };
    case "sessionClosed":
    case "sessionExpired":
      return { name: event.type, params: place };
  }
}

/** What a member has published; a connection publishes nothing, and somebody else may have its number now. */
function published(session: Session, { number, live }: Extract<SessionEvent, { type: "memberJoined" }>) {
  const { eid, versions } = memberOf(session, number) ?? {};
  return live || !eid || !versions ? {} : { eid, versions };
}
