import type { TransitionTable } from "../transition-table.ts";
import { accepted, deaf, stay, undecided, waiting } from "./run-rows.ts";

/**
 * Where one run stands: one end's half of the handshake with one `at`.
 * - calling: initiator, its flight waits for an answer
 * - answering: responder, nobody has proven anything yet
 * - proven: responder, the initiator has proven the code, its last flight is missing
 * - offered: the peer's messages are with the application; nothing is said to the peer before it accepts
 * - finishing: initiator, CONFIRMED, its last flight is resent until the peer is heard
 * - tentative: responder with keys, CONFIRMED by the initiator's first frame
 * - live: CONFIRMED at both ends as far as this one can know
 * - refused: by the application; nothing of this `at` is looked at any more
 * - gone: without state
 */
export const runStates = [
  "calling",
  "answering",
  "proven",
  "offered",
  "finishing",
  "tentative",
  "live",
  "refused",
  "gone",
] as const;
export type RunState = (typeof runStates)[number];

/**
 * What can happen to a run.
 * - reply: a valid packet that is answered by another flight
 * - message: an authentic message of a type that was not there yet
 * - accepted: by the application; keys that count at once
 * - accepted-finishing: the same, with a last flight for which the peer is to be heard
 * - accepted-tentative: keys that count when the peer is heard under them
 * - refused: by the application
 * - repeat: the bytes that were answered last, again
 * - bad: a packet that is not valid, or a message of a type that is there
 * - bad-guess: a packet that proves that its sender has another code
 * - fault: an authentic packet that breaks the rules
 * - heard: the first authentic frame under the run's keys
 * - resend-due, expired: time
 * - reconnected: the transport is back
 * - replaced: another run was CONFIRMED, or a newer opening took the place
 */
export const runEvents = [
  "reply",
  "message",
  "accepted",
  "accepted-finishing",
  "accepted-tentative",
  "refused",
  "repeat",
  "bad",
  "bad-guess",
  "fault",
  "heard",
  "resend-due",
  "expired",
  "reconnected",
  "replaced",
] as const;
export type RunEvent = (typeof runEvents)[number];

/**
 * What a run does, in the words of the outputs.
 * - send-flight: the new flight leaves, its schedule starts
 * - resend-flight: the same bytes again
 * - resend-answer: the answer to a repeat again: the flight, or the greeting where frames have taken over
 * - refund: the peer has proven the code and is the one it should be, so that the guess that was charged was none
 * - clear-older: a new token of the peer ends the exchange before, where exchanges last over handshakes
 * - offer: all messages so far go to the application
 * - await-decision: 30 s for the application, from the first message on; a flight that is out keeps its own time
 * - establish: hand the keys over
 * - write-at: where an `at` counts already, the handshake's does not yet, but is on disk before the answer leaves: the
 *   peer is CONFIRMED by it, and would not hear a call with a lower one from a process after this one
 * - count-at: the handshake's `at` counts, and is on disk before anything behind it leaves
 * - confirm: its keys are the ones to use, and everything older makes way
 * - charge-once: count the peer's failed guess, the first of this run only
 * - close-at: the peer may act on what was answered to this `at` yet, and another answer would make a wrong guess of its
 *   right code: no opening with this `at` is answered any more
 * - discard: take the keys back
 * - remember: keep in mind for 30 s what was refused
 * - give-up: a call of ours that was not answered ends the exchange with all state, where exchanges last
 * - report-fault, report-expiry, drop: tell
 * - wipe: erase the run's secrets
 */
export type RunAction =
  | "send-flight"
  | "resend-flight"
  | "resend-answer"
  | "refund"
  | "clear-older"
  | "offer"
  | "await-decision"
  | "establish"
  | "write-at"
  | "count-at"
  | "confirm"
  | "charge-once"
  | "close-at"
  | "discard"
  | "remember"
  | "give-up"
  | "report-fault"
  | "report-expiry"
  | "drop"
  | "wipe";

const expired = { next: "gone", actions: ["wipe", "report-expiry"] } as const;
const unproven = { next: "gone", actions: ["wipe", "report-expiry", "close-at"] } as const;
const unanswered = { next: "gone", actions: ["wipe", "report-expiry", "give-up"] } as const;
const fault = { next: "gone", actions: ["wipe", "report-fault"] } as const;
const offered = { next: "offered", actions: ["clear-older", "offer", "await-decision"] } as const;

/** All transitions of a run (spec 0003, section 3). The machine executes this table. */
export const runTransitions: TransitionTable<RunState, RunEvent, RunAction> = {
  calling: {
    ...undecided("calling"),
    ...waiting("calling"),
    reply: { next: "calling", actions: ["send-flight"] },
    message: offered,
    fault,
    expired: unanswered,
  },
  answering: {
    ...undecided("answering"),
    ...waiting("answering"),
    reply: { next: "proven", actions: ["send-flight"] },
    message: offered,
    "bad-guess": { next: "answering", actions: ["charge-once", "drop"] },
    fault,
    expired: unproven,
  },
  proven: {
    ...undecided("proven"),
    ...waiting("proven"),
    message: offered,
    fault,
    expired: unproven,
  },
  offered: {
    ...waiting("offered"),
    message: { next: "offered", actions: ["offer"] },
    accepted: { next: "live", actions: ["refund", "count-at", "send-flight", "establish", "confirm"] },
    "accepted-finishing": {
      next: "finishing",
      actions: ["refund", "count-at", "send-flight", "establish", "confirm"],
    },
    "accepted-tentative": { next: "tentative", actions: ["write-at", "send-flight", "establish"] },
    refused: { next: "refused", actions: ["wipe", "remember"] },
    fault,
    expired: unanswered,
  },
  finishing: {
    ...accepted("finishing"),
    heard: stay("live"),
    expired,
  },
  tentative: {
    ...accepted("tentative"),
    heard: { next: "live", actions: ["count-at", "confirm"] },
    expired: { next: "gone", actions: ["discard", "wipe", "report-expiry"] },
    replaced: { next: "gone", actions: ["discard", "wipe"] },
  },
  live: {
    ...accepted("live"),
    "resend-due": stay("live"),
    expired: stay("live"),
    reconnected: stay("live"),
  },
  refused: {
    ...deaf("refused"),
    expired: { next: "gone", actions: ["give-up"] },
    replaced: stay("gone"),
  },
  gone: {
    ...deaf("gone"),
    expired: stay("gone"),
    replaced: stay("gone"),
  },
};
