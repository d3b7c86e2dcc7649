import type { CeremonyView } from "./ceremony-types.ts";
import type { Transition, TransitionTable } from "./transition-table.ts";

/**
 * - computing: the protocol has the word
 * - gathering: own messages of a round are out, some of the others' are missing
 * - disputing: somebody has another history; everybody shows what was heard
 * - closing: own seal is out, some of the others' are missing
 * - complete: all seals are here; some of the others may still lack one
 */
export type CeremonyPhase = CeremonyView["phase"];

/** Every event that the machine tells apart; the first group is what inputs are judged to be. */
export const ceremonyEvents = [
  "start",
  /** A restart within a round, or behind the last one. */
  "resume-round",
  "resume-closing",
  /** The protocol has messages for the next round, its result, or nothing more to say. */
  "made",
  "finished",
  "gave-up",
  /** A statement, a direct message or a seal that is new. */
  "contribution",
  /** What was heard before, byte for byte, or has no use any more. */
  "repeat",
  /** What no correct party sends. */
  "breach",
  "evidence",
  "ask",
  "answer",
  /** All seals at once, and they are good. */
  "certificate",
  "done",
  "heard-abort",
  /** The user wants to stop it. */
  "stop",
  "half-time",
  "out-of-time",
  // The second group follows by itself from what is held.
  "gathered",
  /** In round 1: a party has other terms. */
  "other-terms",
  /** A party has another history than this one. */
  "split",
  /** What somebody showed proves who is at fault. */
  "convicted",
  /** Somebody showed what it heard, and nobody is convicted by it: it wants to see what was heard here. */
  "evidence-owed",
  /** A party seals something else, or ends what it has sealed; another one may hold seals of all. */
  "doubt",
  /** Nobody is missing any more but those whose seals are doubted. */
  "cornered",
  "sealed",
  "all-done",
] as const;
export type CeremonyEvent = (typeof ceremonyEvents)[number];

/**
 * - restore: take everything from a checkpoint; resend: own messages again, byte for byte
 * - save: have a checkpoint written, before anything behind it leaves; send-own: one's own messages of this round
 * - start-clock, start-dispute, start-linger, stop-clock: what the others have time for
 * - close-round: move a round from the inbox into the chain
 * - ready: hand a round to the protocol
 * - hurry: wait no longer than for the answers to a question; send-owed: the certificate to whoever has asked before
 * - tell-abort: tell all others why it ends
 */
export type CeremonyAction =
  | "begin"
  | "restore"
  | "resend"
  | "keep-step"
  | "keep-outcome"
  | "save"
  | "send-own"
  | "start-clock"
  | "start-dispute"
  | "start-linger"
  | "stop-clock"
  | "hold"
  | "hold-evidence"
  | "send-evidence"
  | "answer"
  | "note-answer"
  | "note-done"
  | "warn"
  | "ask"
  | "close-round"
  | "ready"
  | "note-doubt"
  | "hurry"
  | "take-certificate"
  | "send-certificate"
  | "send-owed"
  | "finish"
  | "say-done"
  | "report-over"
  | "tell-abort"
  | "fail"
  | "drop"
  /** The caller's fault: throws, nothing changes. */
  | "refuse";

type Cell = Transition<CeremonyPhase, CeremonyAction>;
type Row = { readonly [E in CeremonyEvent]: Cell };

function to(next: CeremonyPhase, ...actions: readonly CeremonyAction[]): Cell {
  return { next, actions };
}

/** A row of the table: the cells given, `otherwise` in all others. */
function row(cells: { readonly [E in CeremonyEvent]?: Cell }, otherwise: Cell): Row {
  return Object.fromEntries(ceremonyEvents.map((event) => [event, cells[event] ?? otherwise])) as Row;
}

const failing = to("failed", "stop-clock", "tell-abort", "fail");
const completing = ["stop-clock", "finish", "say-done", "send-owed", "start-linger"] as const;

/** What is the same wherever a ceremony is under way: what peers say, and ends. */
function underWay(phase: CeremonyPhase, cells: { readonly [E in CeremonyEvent]?: Cell }): Row {
  const refuse = to(phase, "refuse");
  const common = {
    start: refuse,
    "resume-round": refuse,
    "resume-closing": refuse,
    made: refuse,
    finished: refuse,
    "gave-up": refuse,
    contribution: to(phase, "hold"),
    repeat: to(phase, "drop"),
    breach: failing,
    evidence: to(phase, "hold-evidence"),
    ask: to(phase, "answer"),
    answer: to(phase, "note-answer"),
    done: to(phase, "note-done"),
    "heard-abort": failing,
    stop: failing,
    convicted: to("failed", "stop-clock", "send-evidence", "tell-abort", "fail"),
    "evidence-owed": to(phase, "send-evidence"),
  };
  return row({ ...common, ...cells }, to(phase));
}

/** All transitions of a ceremony (spec 0005, section 4). The machine executes this table. */
export const ceremonyTransitions: TransitionTable<CeremonyPhase, CeremonyEvent, CeremonyAction> = {
  created: underWay("created", {
    start: to("computing", "begin"),
    "resume-round": to("gathering", "restore", "resend", "start-clock"),
    // The others may have been complete for a while: they are asked before they go.
    "resume-closing": to("closing", "restore", "resend", "start-clock", "ask"),
    evidence: to("created"),
    convicted: to("created"),
    "evidence-owed": to("created"),
  }),
  computing: underWay("computing", {
    made: to("gathering", "keep-step", "save", "send-own", "start-clock"),
    finished: to("closing", "keep-outcome", "save", "send-own", "start-clock"),
    "gave-up": failing,
  }),
  gathering: underWay("gathering", {
    "half-time": to("gathering", "warn", "ask"),
    "out-of-time": failing,
    gathered: to("computing", "stop-clock", "close-round", "ready"),
    "other-terms": failing,
    split: to("disputing", "send-evidence", "start-dispute"),
  }),
  disputing: underWay("disputing", {
    doubt: to("disputing", "note-doubt"),
    "out-of-time": failing,
    certificate: to("complete", "take-certificate", ...completing),
  }),
  closing: underWay("closing", {
    // A user's wish to stop is not taken for one any more behind the last round.
    stop: to("closing"),
    "half-time": to("closing", "warn", "ask"),
    "out-of-time": failing,
    split: to("disputing", "send-evidence", "start-dispute"),
    doubt: to("closing", "note-doubt"),
    cornered: to("closing", "hurry", "ask"),
    certificate: to("complete", "take-certificate", ...completing),
    sealed: to("complete", ...completing),
  }),
  complete: underWay("complete", {
    contribution: to("complete"),
    breach: to("complete", "drop"),
    evidence: to("complete", "send-certificate"),
    ask: to("complete", "send-certificate"),
    answer: to("complete", "drop"),
    "heard-abort": to("complete", "drop"),
    stop: to("complete"),
    "out-of-time": to("over", "stop-clock", "report-over"),
    convicted: to("complete"),
    "evidence-owed": to("complete"),
    "all-done": to("over", "stop-clock", "report-over"),
  }),
  over: row({}, to("over")),
  failed: row({}, to("failed")),
};
