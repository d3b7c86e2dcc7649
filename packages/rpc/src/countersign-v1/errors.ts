import type { RpcErrorObject } from "../message.ts";

/** The relay's own errors: the number on the wire, a sentence, and whether the same request may succeed later. */
export const relayErrors = {
  "relay.unavailable": { number: -32000, retryable: true, message: "The relay cannot do this now; try again soon" },
  "relay.rate-limited": { number: -32001, retryable: true, message: "Too many requests; wait a minute" },
  "relay.too-large": { number: -32002, retryable: false, message: "The message is too large" },
  "relay.unknown-invitation": {
    number: -32010,
    retryable: false,
    message: "No invitation has this number; it may have run out",
  },
  "relay.invitation-closed": {
    number: -32011,
    retryable: false,
    message: "All places of this invitation are taken, or the claim was not used in time",
  },
  "relay.unknown-session": { number: -32020, retryable: false, message: "The relay has no such session" },
  "relay.unknown-token": { number: -32021, retryable: false, message: "No member of this session has this token" },
  "relay.session-full": { number: -32022, retryable: false, message: "The session has all its members" },
  "relay.session-ended": { number: -32023, retryable: false, message: "The session has ended" },
  "relay.eid-taken": { number: -32024, retryable: false, message: "A member with another token has this eid" },
  "relay.parameters-differ": {
    number: -32025,
    retryable: false,
    message: "The session has another kind, number of parties or threshold, or is of another group",
  },
  "relay.out-of-order": {
    number: -32026,
    retryable: true,
    message: "A message before this one is missing; send again from the expected one",
  },
  "relay.not-a-member": {
    number: -32027,
    retryable: false,
    message: "This connection has not opened or resumed the session",
  },
  "relay.number-taken": { number: -32028, retryable: false, message: "Another member of the session has this number" },
  "relay.quota-reached": { number: -32029, retryable: false, message: "The relay keeps no more than it has already" },
  "relay.unknown-group": { number: -32030, retryable: false, message: "The relay has no such group" },
  "relay.group-full": { number: -32031, retryable: false, message: "The group has all its members" },
  "relay.not-in-group": { number: -32032, retryable: false, message: "This connection has not joined the group" },
  "relay.damaged": {
    number: -32040,
    retryable: false,
    message: "The relay has lost a part of the session; begin another one",
  },
} as const;

export type RelayCode = keyof typeof relayErrors;

/** How a session ended. */
export type Ended = "closed" | "aborted" | "expired";

/** What the relay keeps only so much of: named as its limit in `Relay.info`. */
export type Quota = (typeof quotas)[number];

export const quotas = [
  "sessions",
  "sessionsPerGroup",
  "sessionsPerConnection",
  "groupsPerConnection",
  "sessionsPerAddress",
  "bytesPerSession",
  "bytesPerAddress",
  "bytes",
] as const;

/** What `data` of an error of the relay holds. */
export interface RelayErrorData {
  readonly code: RelayCode;
  readonly retryable: boolean;
  /** With `relay.out-of-order`: the cseq that is next. */
  readonly expected?: number;
  /** With `relay.session-ended`. */
  readonly ended?: Ended;
  /** With `relay.session-ended` after an abort. */
  readonly reason?: string;
  /** With `relay.quota-reached`. */
  readonly quota?: Quota;
}

/** Makes the error object of one of the relay's own errors. */
export function relayError(code: RelayCode, more: Omit<RelayErrorData, "code" | "retryable"> = {}): RpcErrorObject {
  const { number, message, retryable } = relayErrors[code];
  return { code: number, message, data: { code, retryable, ...more } satisfies RelayErrorData };
}
