import type { MethodResult } from "@countersign/rpc";
import type { DocumentedMethods } from "./documented.ts";
import { bytes, group, keygen, member, signing } from "./example-values.ts";

const ofGroup = ["relay.unknown-group", "relay.not-in-group", "relay.damaged"] as const;
const ofSession = [...ofGroup, "relay.unknown-session"] as const;
const joining = [
  ...ofSession,
  "relay.session-full",
  "relay.session-ended",
  "relay.eid-taken",
  "relay.quota-reached",
  "relay.unavailable",
] as const;

/** A session as it is answered before anybody is in it. */
const emptySession: MethodResult<"Session.join"> = {
  group,
  session: keygen,
  kind: "keygen",
  parties: 3,
  threshold: 2,
  value: { curve: "secp256k1" },
  seq: 0,
  members: [],
  missing: [1, 2, 3],
};

/** What happens in a live group. */
export const groupMethods: DocumentedMethods<
  `Group.${"create" | "join"}` | `Session.${"create" | "join" | "signup" | "load"}` | `Notify.${"proposal" | "signed"}`
> = {
  "Group.create": {
    summary: "Makes a group of connections that hear of each other's sessions and proposals; the caller is in it.",
    errors: ["relay.quota-reached", "relay.unavailable"],
    example: { params: { label: "treasury", parties: 3, threshold: 2 }, result: { group } },
  },
  "Group.join": {
    summary:
      "Puts the connection into a group until it ends; joining again changes nothing. With parties and threshold, a group is made where there is none.",
    errors: ["relay.unknown-group", "relay.damaged", "relay.group-full", "relay.quota-reached", "relay.unavailable"],
    example: {
      params: { group },
      result: { group, label: "treasury", parties: 3, threshold: 2, sessions: [] },
    },
  },
  "Session.create": {
    summary: "Makes a session of the group, in which nobody is yet.",
    errors: [...ofGroup, "relay.quota-reached", "relay.unavailable"],
    example: {
      params: { group, kind: "keygen", value: { curve: "secp256k1" } },
      result: emptySession,
    },
  },
  "Session.join": {
    summary: "Says what a session of the group is, and who is in it. Takes no place.",
    errors: [...ofSession, "relay.unavailable"],
    example: {
      params: { group, session: keygen },
      result: emptySession,
    },
  },
  "Session.signup": {
    summary: "Takes the next number in a session of the group, as Session.open does.",
    errors: joining,
    example: {
      params: { group, session: keygen, eid: bytes[1], versions: "AQ", token: bytes[3] },
      result: { group, session: keygen, number: 1, seq: 1, members: [member(1)], missing: [2, 3] },
    },
  },
  "Session.load": {
    summary: "Takes the number that the caller had when the key was made.",
    errors: [...joining, "relay.number-taken"],
    example: {
      params: { group, session: keygen, eid: bytes[2], versions: "AQ", token: bytes[4], number: 2 },
      result: { group, session: keygen, number: 2, seq: 2, members: [member(1), member(2)], missing: [3] },
    },
  },
  "Notify.proposal": {
    summary: "Tells everybody else in the group what is proposed.",
    errors: [...ofGroup, "relay.quota-reached", "relay.unavailable"],
    example: { params: { group, session: signing, proposal: "payout-7", message: { hash: "00ff" } }, result: {} },
  },
  "Notify.signed": {
    summary: "Tells the group what was signed in one of its sessions.",
    errors: [...ofSession, "relay.quota-reached", "relay.unavailable"],
    example: { params: { group, session: keygen, value: { signature: "00ff" } }, result: {} },
  },
};
