import { decodeMpcMessage, encodeMpcMessage, type MpcEvent, type MpcMessage } from "@countersign/rpc";
import { decodeBase64url, decodeUtf8, encodeBase64url, utf8 } from "@countersign/wire";
import type { LiveEvent, Names } from "./live/state.ts";
import type { Payload } from "./payload.ts";
import type { SessionEvent } from "./session-state.ts";

// Members with a token send and get opaque bodies, connections JSON objects. A member that wants to be understood by
// connections sends the text of such an object, and gets theirs in the same form.

/** The bodies of a message that a member with a token gets. */
export function bodiesFor(
  payload: Payload,
  event: Extract<SessionEvent, { type: "message" }>,
  number: number,
): readonly string[] {
  if (payload.type === "message") {
    return payload.envelopes.filter(({ to }) => to === 0 || to === number).map(({ body }) => body);
  }
  if (payload.type !== "relay") return [];
  const sender = event.sender ?? event.from;
  return [encodeBase64url(utf8(encodeMpcMessage({ ...payload.message, sender })))];
}

/** What connections get of an event; undefined if its log does not hold what it is about. */
export function mpcEventOf(event: LiveEvent, payload: Payload | undefined): MpcEvent | undefined {
  switch (event.type) {
    case "sessionCreate": {
      const { session: uuid, kind } = event;
      const value = payload?.type === "begin" ? payload.value : "null";
      return kind === "exchange" ? undefined : { name: event.type, session: { uuid, kind, value } };
    }
    case "sessionSignup":
    case "sessionLoad":
      return { name: event.type, session: event.session };
    case "sessionMessage": {
      const message = messageOf(event, payload);
      return message && { name: event.type, message };
    }
    case "sessionClosed":
      return { name: event.type, numbers: event.numbers };
    case "notifyProposal": {
      if (payload?.type !== "propose") return undefined;
      const { session: sessionId, proposal: proposalId, message } = payload;
      return { name: event.type, proposal: { sessionId, proposalId, message } };
    }
    case "notifySigned":
      return payload?.type === "signed" ? { name: event.type, value: payload.value } : undefined;
  }
}

function messageOf(
  event: Extract<LiveEvent, { type: "sessionMessage" }>,
  payload: Payload | undefined,
): MpcMessage | undefined {
  const { sender, receiver, session: uuid } = event;
  if (payload?.type === "relay") return { ...payload.message, sender: nameOf(sender, payload.message.sender) };
  const body = payload?.type === "message" ? payload.envelopes[event.envelope ?? 0]?.body : undefined;
  if (body === undefined) return undefined;
  const said = readBody(body);
  if (said !== undefined) {
    const addressed = receiver && nameOf(receiver, said.receiver);
    return { ...said, sender: nameOf(sender, said.sender), receiver: addressed };
  }
  const numbers = { sender: sender.number, receiver: receiver?.number ?? null };
  return { round: 0, ...numbers, uuid, body: JSON.stringify(body) };
}

/** The object that a body is the text of, undefined for any other body. */
function readBody(body: string): MpcMessage | undefined {
  const bytes = decodeBase64url(body);
  const text = bytes.ok ? decodeUtf8(bytes.value) : bytes;
  return text.ok ? decodeMpcMessage(text.value) : undefined;
}

/** The name that was said if it is one of the party's, else its number. */
function nameOf({ number, index }: Names, said: number | null): number {
  return said !== null && said === index ? said : number;
}
