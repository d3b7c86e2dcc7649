import type { DocumentedEvents } from "./documented.ts";
import { bytes, group, invited, keygen, signing } from "./example-values.ts";

const { session } = invited;

/** What a relay says unasked. */
export const documentedEvents: DocumentedEvents = {
  memberJoined: {
    summary: "A member has taken a place; also said to those who come later.",
    example: { session, seq: 2, previous: 0, number: 2, eid: bytes[2], versions: "AQ" },
  },
  memberLeft: {
    summary: "A member of another dialect has left, and its number is free again.",
    example: { session, seq: 3, previous: 2, number: 2 },
  },
  message: {
    summary: "The envelopes of a message that are for this member.",
    example: { session, seq: 3, previous: 2, from: 2, bodies: ["AAFD"] },
  },
  memberFinished: { summary: "A member is done.", example: { session, seq: 4, previous: 3, number: 2 } },
  sessionClosed: { summary: "All members are done: the session has ended.", example: { session, seq: 5, previous: 4 } },
  sessionAborted: {
    summary: "A member has ended the session for everybody.",
    example: { session, seq: 5, previous: 4, number: 2, reason: "sas-mismatch" },
  },
  sessionExpired: {
    summary: "Nothing has happened for the life of the session: it has ended.",
    example: { session, seq: 5, previous: 4 },
  },
  memberOnline: { summary: "A member's connection came.", example: { session, number: 2 } },
  memberOffline: { summary: "A member's connection went.", example: { session, number: 2 } },
  sessionReplaced: {
    summary: "This member has come back on another connection; this one gets nothing more of the session.",
    example: { session },
  },
  sessionCreated: {
    summary: "Somebody has made a session of the group.",
    example: { group, session: keygen, kind: "keygen", value: { curve: "secp256k1" } },
  },
  proposal: {
    summary: "Somebody in the group proposes something.",
    example: { group, session: signing, proposal: "payout-7", message: { hash: "00ff" } },
  },
  signed: {
    summary: "Something was signed in a session of the group.",
    example: { group, session: keygen, value: { signature: "00ff" } },
  },
};
