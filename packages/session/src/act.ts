import { UsageError } from "@countersign/wire";
import type { CeremonyOutput, Instant } from "./ceremony-types.ts";
import { broadcastHash } from "./chain.ts";
import { addRound, encodeCheckpoint } from "./checkpoint.ts";
import * as clock from "./clock.ts";
import type { Happening } from "./happening.ts";
import { at, chainOf, type Memory, missingOf, type OwnMessage, peekSlot, slotOf } from "./memory.ts";
import { encodeMessage } from "./messages.ts";
import { addOwn, receivedOf, roundMessages, sealMessageOf } from "./round-messages.ts";
import { roundName } from "./round-name.ts";
import type { CeremonyAction } from "./transitions.ts";
import { writeRecord } from "./write-record.ts";

type Act = (memory: Memory, what: Happening, now: Instant) => readonly Said[];
/** What an action makes: an output, or the wish to have a checkpoint written, whose id the machine knows. */
export type Said = CeremonyOutput | { readonly type: "save"; readonly checkpoint: Uint8Array };

const silently =
  (act: (memory: Memory, what: Happening, now: Instant) => unknown): Act =>
  (memory, what, now) => {
    act(memory, what, now);
    return [];
  };

/** What each action of the table does to the memory, and the outputs it makes. */
export const acts: { readonly [A in CeremonyAction]: Act } = {
  begin: () => [{ type: "begin" }],
  restore: silently((memory, { checkpoint }) => {
    if (checkpoint === undefined) return;
    memory.round = checkpoint.round;
    memory.outcome = checkpoint.outcome;
    replaceState(memory, checkpoint.state);
    for (const said of checkpoint.heard) addRound(memory, said);
    for (const message of checkpoint.own) addOwn(memory, message);
  }),
  resend: ({ own }) => own.map(send),
  "keep-step": silently((memory, { step }) => {
    if (step?.type !== "round") return;
    memory.round += 1;
    replaceState(memory, step.state);
    for (const message of roundMessages(memory, step)) addOwn(memory, message);
  }),
  "keep-outcome": silently((memory, { step }) => {
    if (step?.type !== "done") return;
    memory.round += 1;
    memory.outcome = step.outcome.slice();
    replaceState(memory, step.state);
    addOwn(memory, sealMessageOf(memory, memory.outcome));
  }),
  save: (memory) => [{ type: "save", checkpoint: encodeCheckpoint(memory) }],
  "send-own": ({ own, round }) => own.filter((message) => message.round === round).map(send),
  "start-clock": silently(clock.start),
  "start-dispute": silently(clock.startDispute),
  "start-linger": silently(clock.startLinger),
  "stop-clock": silently(clock.stop),
  hold: silently((memory, { from, round, message }) => {
    if (message?.type === "statement") {
      const { chain, signature, body } = message;
      slotOf(memory, round, from).statement = { chain, signature, body, hash: broadcastHash(body) };
    } else if (message?.type === "direct") slotOf(memory, round, from).direct = message.body;
    else if (message?.type === "seal") memory.seals.set(from, message);
  }),
  "hold-evidence": silently(({ evidence, owed }, { from, round, message }) => {
    if (message?.type !== "evidence") return;
    owed.add(from);
    const shown = evidence.get(round) ?? new Map();
    evidence.set(round, shown.set(from, message.heard));
  }),
  "send-evidence"(memory, { round }) {
    // A split is about the round before the one in which it shows.
    const about = round === 0 ? memory.round - 1 : round;
    const heard = memory.heard[about - 1];
    if (heard === undefined || memory.shown.has(about)) return [];
    memory.shown.add(about);
    return [{ type: "send", to: 0, round: 0, bytes: encodeMessage({ type: "evidence", about, heard }) }];
  },
  answer(memory, { from }) {
    memory.answered.set(from, (memory.answered.get(from) ?? 0) + 1);
    memory.owed.add(from);
    const bytes = encodeMessage({ type: "answer", at: memory.round, missing: missingOf(memory) });
    return [{ type: "send", to: from, round: 0, bytes }];
  },
  "note-answer": silently((memory, { from, message }) => {
    if (message?.type !== "answer") return;
    memory.answers.set(from, message);
    clock.extend(memory, from);
  }),
  "note-done": silently(({ done }, { from }) => done.add(from)),
  warn(memory) {
    memory.half = undefined;
    return [{ type: "late", round: memory.round, name: roundName(memory), missing: missingOf(memory) }];
  },
  ask: (memory) =>
    // Where a seal is doubtful or missing, each of the others may be the one that has all.
    (memory.round > memory.rounds.length ? memory.others : missingOf(memory)).map((to) => ({
      type: "send",
      to,
      round: 0,
      bytes: encodeMessage({ type: "ask" }),
    })),
  "close-round": silently((memory) => {
    const { round, numbers, inbox, answers } = memory;
    addRound(
      memory,
      numbers.flatMap((number) => {
        const statement = peekSlot(memory, round, number).statement;
        return statement === undefined ? [] : [{ hash: statement.hash, signature: statement.signature }];
      }),
    );
    inbox.delete(round - 1);
    answers.clear();
  }),
  ready: (memory) => [
    { type: "round-ready", state: memory.state.slice(), round: memory.round, received: receivedOf(memory) },
  ],
  "note-doubt": silently(({ doubts }, { from, charge }) => charge !== undefined && doubts.set(from, charge)),
  hurry: silently((memory, _, now) => {
    memory.cornered = true;
    clock.hurry(memory, now);
  }),
  "take-certificate": silently((memory, { message }) => {
    if (message?.type !== "certificate") return;
    for (const [index, number] of memory.numbers.entries()) {
      const signature = at(message.signatures, index);
      memory.seals.set(number, { chain: chainOf(memory), outcome: message.outcome, signature });
    }
  }),
  "send-certificate"(memory, { from }) {
    memory.answered.set(from, (memory.answered.get(from) ?? 0) + 1);
    return certificateFor(memory, [from]);
  },
  "send-owed": (memory) => certificateFor(memory, [...memory.owed]),
  finish(memory) {
    const { outcome, state } = memory;
    if (outcome === undefined) return [];
    const complete = { type: "complete", outcome, state: state.slice(), record: writeRecord(memory) } as const;
    state.fill(0);
    return [complete];
  },
  "say-done": () => [{ type: "send", to: 0, round: 0, bytes: encodeMessage({ type: "done" }) }],
  "report-over": () => [{ type: "over" }],
  "tell-abort"(_, { charge }) {
    if (charge === undefined) return [];
    const { code, by, culprits, blamed: claimed, detail } = charge;
    // Who ends it because somebody else did passes on who, and whom that one blames: it may have told this party only.
    const blamed = [...new Set([...(by === undefined ? culprits : [by]), ...(claimed ?? [])])];
    const text = code === "local.aborted" || code === "protocol.failed" ? detail : "";
    return [{ type: "send", to: 0, round: 0, bytes: encodeMessage({ type: "abort", reason: code, blamed, text }) }];
  },
  fail(memory, { charge }) {
    memory.state.fill(0);
    if (charge === undefined) return [];
    return [{ type: "failed", ...charge, round: memory.round, name: roundName(memory) }];
  },
  drop: (_, { event, from }) => [{ type: "drop", code: `ceremony.${event}`, from }],
  refuse({ phase }, { event }) {
    throw new UsageError("usage.not-now", `"${event}" means nothing while a ceremony is "${phase}"`);
  },
};

function send({ to, round, bytes }: OwnMessage): CeremonyOutput {
  return { type: "send", to, round, bytes };
}

function certificateFor({ outcome, numbers, seals }: Memory, to: readonly number[]): readonly CeremonyOutput[] {
  if (outcome === undefined) return [];
  const signatures = numbers.map((number) => seals.get(number)?.signature ?? new Uint8Array(64));
  const bytes = encodeMessage({ type: "certificate", outcome, signatures });
  return to.map((number) => ({ type: "send", to: number, round: 0, bytes }));
}

function replaceState(memory: Memory, state: Uint8Array): void {
  memory.state.fill(0);
  memory.state = state.slice();
}
