import type { TransitionTable } from "../transition-table.ts";

/**
 * Where one run of an exchange stands, at one end.
 * - calling: initiator, its flight waits for an answer
 * - answering: responder, nobody has proven anything yet
 * - proven: responder, the initiator has proven the code, its last flight is missing
 * - finishing: initiator, CONFIRMED, its last flight is resent until the peer is heard
 * - tentative: responder with keys, CONFIRMED by the initiator's first frame
 * - live: CONFIRMED at both ends as far as this one can know
 * - gone: without state
 */
export const runStates = ["calling", "answering", "proven", "finishing", "tentative", "live", "gone"] as const;
export type RunState = (typeof runStates)[number];

/**
 * What can happen to a run.
 * - reply: a valid packet that is answered by another flight
 * - complete: a valid packet that gives this end its keys and is answered by a last flight
 * - complete-last: a valid packet that gives this end its keys and ends the exchange
 * - repeat: the bytes that were answered last, again
 * - bad: a packet that is not valid
 * - bad-guess: a packet that proves that its sender has another code
 * - refused: an authentic peer that the application does not accept
 * - heard: the first authentic frame under the run's keys
 * - resend-due, expired: time
 * - reconnected: the transport is back
 * - replaced: another run was CONFIRMED, or a newer opening took the place
 */
export const runEvents = [
  "reply",
  "complete",
  "complete-last",
  "repeat",
  "bad",
  "bad-guess",
  "refused",
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
 * - establish: hand the keys over
 * - count-at: the exchange's `at` counts, and is on disk before anything behind it leaves
 * - confirm: its keys are the ones to use, and everything older makes way
 * - charge-once: count the peer's failed guess, the first of this run only
 * - report-refusal, report-expiry, drop: tell
 * - wipe: erase the run's secrets
 */
export type RunAction =
  | "send-flight"
  | "resend-flight"
  | "resend-answer"
  | "establish"
  | "count-at"
  | "confirm"
  | "charge-once"
  | "report-refusal"
  | "report-expiry"
  | "drop"
  | "wipe";

const stay = <S extends RunState>(next: S) => ({ next, actions: [] }) as const;
const drop = <S extends RunState>(next: S) => ({ next, actions: ["drop"] }) as const;
const gone = { next: "gone", actions: ["drop"] } as const;
const wiped = { next: "gone", actions: ["wipe"] } as const;
const expired = { next: "gone", actions: ["wipe", "report-expiry"] } as const;
const refused = { next: "gone", actions: ["wipe", "report-refusal"] } as const;

/** All transitions of a run (spec 0003, section 3). The machine executes this table. */
export const runTransitions: TransitionTable<RunState, RunEvent, RunAction> = {
  calling: {
    reply: { next: "calling", actions: ["send-flight"] },
    complete: { next: "finishing", actions: ["count-at", "send-flight", "establish", "confirm"] },
    "complete-last": { next: "live", actions: ["count-at", "establish", "confirm"] },
    repeat: { next: "calling", actions: ["resend-answer"] },
    bad: drop("calling"),
    "bad-guess": drop("calling"),
    refused,
    heard: stay("calling"),
    "resend-due": { next: "calling", actions: ["resend-flight"] },
    expired,
    reconnected: { next: "calling", actions: ["resend-flight"] },
    replaced: wiped,
  },
  answering: {
    reply: { next: "proven", actions: ["send-flight"] },
    complete: { next: "tentative", actions: ["send-flight", "establish"] },
    "complete-last": drop("answering"),
    repeat: { next: "answering", actions: ["resend-answer"] },
    bad: drop("answering"),
    "bad-guess": { next: "answering", actions: ["charge-once", "drop"] },
    refused,
    heard: stay("answering"),
    "resend-due": { next: "answering", actions: ["resend-flight"] },
    expired,
    reconnected: { next: "answering", actions: ["resend-flight"] },
    replaced: wiped,
  },
  proven: {
    reply: drop("proven"),
    complete: drop("proven"),
    "complete-last": { next: "live", actions: ["count-at", "establish", "confirm"] },
    repeat: { next: "proven", actions: ["resend-answer"] },
    bad: drop("proven"),
    "bad-guess": drop("proven"),
    refused,
    heard: stay("proven"),
    "resend-due": { next: "proven", actions: ["resend-flight"] },
    expired,
    reconnected: { next: "proven", actions: ["resend-flight"] },
    replaced: wiped,
  },
  finishing: {
    reply: drop("finishing"),
    complete: drop("finishing"),
    "complete-last": drop("finishing"),
    repeat: { next: "finishing", actions: ["resend-answer"] },
    bad: drop("finishing"),
    "bad-guess": drop("finishing"),
    refused: drop("finishing"),
    heard: stay("live"),
    "resend-due": { next: "finishing", actions: ["resend-flight"] },
    expired,
    reconnected: { next: "finishing", actions: ["resend-flight"] },
    replaced: wiped,
  },
  tentative: {
    reply: drop("tentative"),
    complete: drop("tentative"),
    "complete-last": drop("tentative"),
    repeat: { next: "tentative", actions: ["resend-answer"] },
    bad: drop("tentative"),
    "bad-guess": drop("tentative"),
    refused: drop("tentative"),
    heard: { next: "live", actions: ["count-at", "confirm"] },
    "resend-due": { next: "tentative", actions: ["resend-flight"] },
    expired,
    reconnected: { next: "tentative", actions: ["resend-flight"] },
    replaced: wiped,
  },
  live: {
    reply: drop("live"),
    complete: drop("live"),
    "complete-last": drop("live"),
    repeat: { next: "live", actions: ["resend-answer"] },
    bad: drop("live"),
    "bad-guess": drop("live"),
    refused: drop("live"),
    heard: stay("live"),
    "resend-due": stay("live"),
    expired: stay("live"),
    reconnected: stay("live"),
    replaced: wiped,
  },
  gone: {
    reply: gone,
    complete: gone,
    "complete-last": gone,
    repeat: gone,
    bad: gone,
    "bad-guess": gone,
    refused: gone,
    heard: stay("gone"),
    "resend-due": stay("gone"),
    expired: stay("gone"),
    reconnected: stay("gone"),
    replaced: stay("gone"),
  },
};
