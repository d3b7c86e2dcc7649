import type { DocumentedMethods } from "./documented.ts";
import { bytes, claim, invited, keygen, member } from "./example-values.ts";

const { session } = invited;
const ofMembers = ["relay.unknown-session", "relay.not-a-member", "relay.session-ended", "relay.damaged"] as const;

/** What a member of a session does. */
export const sessionMethods: DocumentedMethods<`Session.${"open" | "resume" | "message" | "ack" | "finish" | "abort" | "participant"}`> =
  {
    "Session.open": {
      summary:
        "Takes a number in a session, which is made if there is none, and makes the connection this member's: it is sent all events from the first.",
      errors: [
        "relay.parameters-differ",
        "relay.session-full",
        "relay.session-ended",
        "relay.eid-taken",
        "relay.invitation-closed",
        "relay.number-taken",
        "relay.quota-reached",
        "relay.damaged",
        "relay.unavailable",
      ],
      example: {
        params: {
          ...invited,
          kind: "exchange",
          parties: 2,
          threshold: 2,
          eid: bytes[1],
          versions: "AQ",
          token: bytes[3],
          claim,
        },
        result: { ...invited, number: 1, seq: 1, members: [member(1)], missing: [2] },
      },
    },
    "Session.resume": {
      summary: "Comes back with the token of Session.open, on any connection, and is sent the events behind `after`.",
      errors: [
        "relay.unknown-session",
        "relay.unknown-token",
        "relay.session-ended",
        "relay.quota-reached",
        "relay.damaged",
        "relay.unavailable",
      ],
      example: {
        params: { session, token: bytes[3], after: 1 },
        result: { ...invited, number: 1, seq: 2, members: [member(1)], missing: [2] },
      },
    },
    "Session.message": {
      summary: "Sends envelopes to members, present or still to come; answered when they are durable.",
      errors: [...ofMembers, "relay.out-of-order", "relay.too-large", "relay.quota-reached", "relay.unavailable"],
      example: { params: { session, cseq: 1, envelopes: [{ to: 0, body: "AAFD" }] }, result: { seq: 2 } },
    },
    "Session.ack": {
      summary: "Says that everything up to `seq` has been processed and need not be kept for this member.",
      errors: [...ofMembers, "relay.unavailable"],
      example: { params: { session, seq: 1 }, result: {} },
    },
    "Session.finish": {
      summary: "Says that this member is done; the session is closed when all are.",
      errors: [...ofMembers, "relay.unavailable"],
      example: { params: { session }, result: {} },
    },
    "Session.abort": {
      summary: "Ends the session for everybody.",
      errors: [...ofMembers, "relay.unavailable"],
      example: { params: { session: keygen, reason: "sas-mismatch" }, result: {} },
    },
    "Session.participant": {
      summary: "Says under which index members of another dialect that sign reach this member.",
      errors: [...ofMembers, "relay.unavailable"],
      example: { params: { session, index: 0 }, result: {} },
    },
  };
