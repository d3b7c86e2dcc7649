import { encodeMpcMessage, type MpcKind, mpcLimits } from "@countersign/rpc";
import { utf8 } from "@countersign/wire";
import { record } from "../events.ts";
import type { Group } from "../group-state.ts";
import { connectionsOf, hasTokens, type Member, memberAt, memberOf } from "../member.ts";
import type { GroupOutput } from "../output.ts";
import { enter } from "../session-state.ts";
import { touch } from "../timers.ts";
import { weightOf } from "../weight.ts";
import type { ProposeEntry, RelayEntry, SignedEntry } from "./entry.ts";
import { tell } from "./outbox.ts";
import { type LiveOutput, reply } from "./output.ts";
import { findSession, isRefused, type LiveSession, violates } from "./rules.ts";
import type { LiveGroup, Names } from "./state.ts";

/**
 * Passes a message on to all other parties or to one. Its sender is who it says it is: one of the connection's own
 * names, or the connection's number in its place.
 */
export function relay(group: Group, live: LiveGroup, entry: RelayEntry): readonly GroupOutput[] {
  const { connection, kind, message } = entry;
  const session = findSession(group, live, entry);
  if (isRefused(session)) return session;
  const own = memberAt(session, connection);
  if (own === undefined) {
    const exists = memberOf(session, message.sender) !== undefined;
    return violates(exists ? "foreignParty" : "unknownParty", message.sender);
  }
  const receiver = message.receiver === null ? null : findReceiver(session, kind, message.receiver);
  if (receiver === undefined) return violates("unknownReceiver", message.receiver ?? 0);
  // Who has a token or may yet come with one gets the message in a form that is a third longer.
  const isRead = session.phase === "gathering" || hasTokens(session);
  if (isRead && utf8(encodeMpcMessage(message)).length > mpcLimits.mixedMessage) return violates("messageTooLong");

  enter(session, "message");
  const { position } = group;
  const size = weightOf(message.body.length + message.uuid.length);
  const to = receiver === null ? connectionsOf(session, own) : connectionsOf({ members: [receiver] });
  const told = tell(group, to, {
    type: "sessionMessage",
    session: session.id,
    sender: namesOf(own),
    receiver: receiver && namesOf(receiver),
    position,
    size,
    envelope: null,
  });
  const outputs = [...reply(), touch(session), ...told];
  if (receiver !== null && receiver.token === null) return outputs;
  record(group, session, {
    seq: ++session.seq,
    type: "message",
    from: own.number,
    to: receiver === null ? 0 : [receiver.number],
    position,
    size,
    sender: message.sender === own.index ? message.sender : own.number,
  });
  return [...outputs, { type: "event", session: session.id, seq: session.seq }];
}

/** Tells everybody else in the group what is proposed. Neither the session nor the caller has to be known. */
export function propose(group: Group, live: LiveGroup, entry: ProposeEntry): readonly LiveOutput[] {
  const others = [...live.connections.keys()].filter((one) => one !== entry.connection);
  const { session, message } = entry;
  const { position } = group;
  const told = tell(group, others, { type: "notifyProposal", session, position, size: weightOf(message.length) });
  return [...reply(), ...told];
}

/** Tells everybody in the group that took no part what was signed. */
export function signed(group: Group, live: LiveGroup, entry: SignedEntry): readonly GroupOutput[] {
  const session = findSession(group, live, entry);
  if (isRefused(session)) return session;
  const parties = new Set(connectionsOf(session));
  const others = [...live.connections.keys()].filter((one) => !parties.has(one));
  const { position } = group;
  const size = weightOf(entry.value.length);
  const told = tell(group, others, { type: "notifySigned", session: session.id, position, size });
  return [...reply(), touch(session), ...told];
}

/** The names of a member. */
export function namesOf({ number, index }: Member): Names {
  return { number, index };
}

/** While keys are made, parties go by their numbers. While they sign, by their indices, if they have said any. */
function findReceiver(session: LiveSession, kind: MpcKind, receiver: number): Member | undefined {
  const byIndex = kind === "sign" && session.members.some(({ index }) => index !== null);
  return byIndex ? session.members.find(({ index }) => index === receiver) : memberOf(session, receiver);
}
