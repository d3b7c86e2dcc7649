import { memberOf, type Session, type SessionEvent } from "@countersign/relay";
import { encodeNotification, type RelayEvent } from "@countersign/rpc";
import type { EventCodec, OtherEvent } from "../core/feed.ts";
import { Tail } from "../core/shared-texts.ts";
import { Template } from "../core/template.ts";

const END = '"]}}';

/** How countersign.v1 says what happens in a session. */
export const countersignV1Events: EventCodec = {
  encodeEvent(session, event, previous) {
    const { name, params } = eventOf(session, event, previous);
    return encodeNotification(name, params);
  },
  // Together what `encodeNotification` would write: neither ids nor bodies hold anything that JSON would escape.
  encodeHead: (session, { seq }, previous) => ({ template: headOf(session), one: seq, other: previous }),
  encodeBodies({ from }, bodies) {
    const begin = `,"from":${from},"bodies":["`;
    const [only = ""] = bodies;
    return new Tail([begin, bodies.length === 1 ? only : bodies.join('","'), END]);
  },
  encodePresence: (session, number, online) =>
    encodeNotification(online ? "memberOnline" : "memberOffline", { session, number }),
  encodeReplaced: (session) => encodeNotification("sessionReplaced", { session }),
};

const heads = new WeakMap<Session, Template>();

function headOf(session: Session): Template {
  let head = heads.get(session);
  if (head === undefined) {
    const first = `{"jsonrpc":"2.0","method":"message","params":{"session":"${session.id}","seq":`;
    head = new Template(first, ',"previous":', "");
    heads.set(session, head);
  }
  return head;
}

function eventOf(session: Session, event: OtherEvent, previous: number): RelayEvent {
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
