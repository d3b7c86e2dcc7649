import { type MpcKind, mpcRules } from "@countersign/rpc";
import type { ProposeEntry, RelayEntry, SignedEntry } from "./entry.ts";
import { type LiveOutput, reply } from "./output.ts";
import { findSession, violates } from "./rules.ts";
import { type LiveGroup, type LiveSession, type Party, touchLive } from "./state.ts";

/**
 * Passes a message on to all other parties or to one. Its sender is who it says it is: one of the connection's own
 * names, or the connection's number in its place.
 */
export function relay(live: LiveGroup, entry: RelayEntry): LiveOutput[] {
  const { connection, kind, message } = entry;
  const session = findSession(live, entry);
  if (typeof session === "string") return violates(session);
  const own = session.parties.find((party) => party.connection === connection);
  if (own === undefined) return violates(notParty(session, message.sender));
  const sender = message.sender === own.index ? message.sender : own.number;
  const receiver = message.receiver === null ? null : findReceiver(session, kind, message.receiver);
  if (receiver === undefined) return violates(mpcRules.unknownReceiver(message.receiver ?? 0));

  const others = session.parties.filter((party) => party !== own);
  const connections = (receiver === null ? others : [receiver]).map((party) => party.connection);
  const event = { name: "sessionMessage", message: { ...message, sender } } as const;
  return [...reply(), touchLive(session), { type: "tell", connections, event }];
}

/** Tells everybody else in the group what is proposed. Neither the session nor the caller has to be known. */
export function propose(live: LiveGroup, entry: ProposeEntry): LiveOutput[] {
  const { connection, session: sessionId, proposal: proposalId, message } = entry;
  const connections = live.connections.filter((one) => one !== connection);
  const event = { name: "notifyProposal", proposal: { sessionId, proposalId, message } } as const;
  return [...reply(), { type: "tell", connections, event }];
}

/** Tells everybody in the group that took no part what was signed. */
export function signed(live: LiveGroup, entry: SignedEntry): LiveOutput[] {
  const session = findSession(live, entry);
  if (typeof session === "string") return violates(session);
  const parties = new Set(session.parties.map(({ connection }) => connection));
  const connections = live.connections.filter((one) => !parties.has(one));
  return [
    ...reply(),
    touchLive(session),
    { type: "tell", connections, event: { name: "notifySigned", value: entry.value } },
  ];
}

/** While keys are made, parties go by their numbers. While they sign, by their indices, if they have said any. */
function findReceiver(session: LiveSession, kind: MpcKind, receiver: number): Party | undefined {
  const byIndex = kind === "sign" && session.parties.some(({ index }) => index !== null);
  return session.parties.find((party) => (byIndex ? party.index : party.number) === receiver);
}

function notParty(session: LiveSession, sender: number): string {
  const exists = session.parties.some(({ number }) => number === sender);
  return exists ? mpcRules.foreignParty(sender) : mpcRules.unknownParty(sender);
}
