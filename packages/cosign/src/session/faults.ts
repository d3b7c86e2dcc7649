import type { RelayError } from "@countersign/client";
import { errorCodes, MethodError, quotable } from "../error.ts";
import type { AbortReason } from "./adaptor-message.ts";
import type { SessionEnd } from "./session-end.ts";

// What callers are told when a method of a session cannot do what it was asked for. They stand together since programs
// look at their beginnings: those of the family that these methods come from are the same, letter by letter.

const misc = (message: string) => new MethodError(errorCodes.misc, message);
const invalid = (message: string) => new MethodError(errorCodes.invalidParameter, message);

/** What the words say that travel with the end of a round trip. */
const adaptorReasons: Readonly<Record<AbortReason, string>> = {
  cancelled: "its caller is gone, or it could not go on",
  invalid: "it objects to what it received",
  "other-transaction": "it has another transaction",
  timeout: "it did not get an answer in time",
};

export const faults = {
  unknownSession: () => invalid("Unknown session_id"),
  restoring: () =>
    misc("COSIGN_RESTORING: the session is taken up again as soon as its relay can be reached; try again"),
  noRelay: () => misc("COSIGN_DISABLED: Bridge not configured (set -relay)"),
  relay: (error: RelayError) =>
    error.code === "relay.unreachable" || error.code === "relay.closed"
      ? misc("Bridge communication failed after 1 attempt(s): the relay cannot be reached")
      : misc(`Bridge error: ${error.message} (${error.code})`),
  tooManySessions: () => new MethodError(errorCodes.memory, "There are too many sessions; close some of them"),
  ttl: () => invalid("TTL must be between 60 and 86400 seconds"),
  transport: () => invalid('The transport must be "auto" or "websocket": no other carries sessions here'),
  parties: () => invalid("parties must be between 2 and 255"),
  label: () => invalid("A label is 1 to 64 bytes of text, without control characters"),
  context: () => invalid("A context has at most 1024 characters"),
  psbt: () => new MethodError(errorCodes.deserialization, "PSBT decode failed"),
  invite: (detail: string) => invalid(`invite_link: ${detail}`),
  ownInvite: () => invalid("This daemon is a party of that session already: join with another one"),
  wait: () => invalid("timeout_ms must be between 0 and 600000"),
  handshakeRequired: (what: "send" | "receive" | "attest") =>
    misc(
      `Bridge error: Invalid command: COSIGN_HANDSHAKE_REQUIRED: Cannot ${what} before SPAKE2/Noise handshake completes. Call cosign.handshake_auto first.`,
    ),
  handshakeTimeout: (missing: string) => misc(`COSIGN_HANDSHAKE_TIMEOUT: ${missing}`),
  sasUnconfirmed: (missing: string) =>
    invalid(`COSIGN_SAS_UNCONFIRMED: ${missing}. Compare the words, then call cosign.confirm_sas.`),
  sasMismatch: () =>
    new MethodError(
      errorCodes.verify,
      "COSIGN_SAS_MISMATCH: This is not what cosign.handshake_auto has shown here. If it was no slip, somebody is in between: call cosign.confirm_sas with false, which ends the session for all.",
    ),
  sasAnswer: () => new MethodError(errorCodes.type, "sas is the words, the six digits, true or false"),
  nothingToConfirm: () => invalid("There is no SAS to confirm yet: call cosign.handshake_auto first"),
  unknownLabel: () => invalid("No other party of this session has that label"),
  ended: ({ detail }: SessionEnd) => misc(`COSIGN_SESSION_CLOSED: ${detail}`),
  handshakeFailed: ({ detail }: SessionEnd) => misc(`COSIGN_HANDSHAKE_FAILED: ${detail}`),
  unknownParty: () => invalid("No other party of this session has that number"),
  payloadTooLong: () => invalid("The payload is too long: as JSON it has at most 1,048,000 bytes"),
  backlog: () => misc("COSIGN_BACKLOG: the other parties have not yet taken what was sent; try again later"),
  key: () => invalid("An idempotency_key has 1 to 128 characters"),
  keyReused: () => invalid("The idempotency_key was used for another payload"),
  byHand: () =>
    misc(
      "COSIGN_HANDSHAKE_BY_HAND: no relay carries this session: carry what cosign.handshake says, and give it the answer",
    ),
  handParties: () => invalid("Only sessions of two parties can be carried by hand"),
  relayed: () =>
    invalid("packets: the other party has come over the relay, which carries this session; none were taken"),
  packets: ({ code, detail }: { readonly code: string; readonly detail: string }) =>
    code === "wire.out-of-range"
      ? invalid(`packets: ${detail}; none were taken`)
      : new MethodError(errorCodes.deserialization, `packets: ${detail}; none were taken`),
  handInvite: () =>
    invalid("invite_link: this code is of a session without a relay: give its link, or the first packets as packets"),
  after: () => invalid("after and from_seq are numbers of messages, 0 or more"),
  noContacts: () => misc("COSIGN_CONTACTS: no contact can be kept here, or met again without a relay"),
  contactName: () => invalid("contact: a name is 1 to 64 bytes of text, without control characters"),
  contactExists: () => invalid("contact: there is one of that name already"),
  contactOfWhom: () => invalid("contact: with more than two parties, say as label who it is"),
  unknownContact: () => invalid("contact: there is none of that name"),
  contactMeeting: () =>
    invalid(
      "A contact is met by two parties over a relay, under the label that it knows: parties, label and by_hand do not go with it",
    ),
  adaptorParties: () => invalid("A round trip is between two parties; this session has more"),
  adaptorBusy: () => invalid("COSIGN_ADAPTOR_BUSY: a round trip is under way in this session"),
  adaptorAgain: () => invalid("again is for the party that calls with is_initiator false"),
  adaptorNotAnswered: () =>
    invalid(
      "COSIGN_ADAPTOR_NONE: no round trip of this transaction is kept that was answered here; call without again",
    ),
  adaptorPsbt: (detail: string) => invalid(`The PSBT cannot be pre-signed: ${quotable(detail)}`),
  adaptorSecret: () => invalid("adaptor_secret is a private key as 64 hexadecimal digits, and of the initiator only"),
  adaptorTimeout: (peer: string) =>
    misc(
      `COSIGN_ADAPTOR_TIMEOUT: ${peer} has not answered in time. One of the two calls with is_initiator true, the other one with false`,
    ),
  adaptorAborted: (peer: string, reason: AbortReason) =>
    misc(`COSIGN_ADAPTOR_ABORTED: ${peer} has ended the round trip: ${adaptorReasons[reason]}`),
  adaptorMismatch: (peer: string) =>
    new MethodError(errorCodes.verify, `COSIGN_ADAPTOR_MISMATCH: ${peer} has another transaction`),
  adaptorInvalid: (peer: string, objection: string) =>
    new MethodError(errorCodes.verify, `COSIGN_ADAPTOR_INVALID: of what ${peer} has sent, ${objection}`),
  transaction: () => new MethodError(errorCodes.deserialization, "TX decode failed"),
  notAdapted: () => new MethodError(errorCodes.verify, "No signature there completes a pre-signature of the PSBT"),
  attest: (detail: string) => new MethodError(errorCodes.verify, `COSIGN_PEER_ATTEST_FAIL: ${detail}`),
} as const;
