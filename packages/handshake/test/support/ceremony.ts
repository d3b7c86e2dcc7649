import type { PinnedPeer } from "../../src/peer-group-types.ts";
import { introduce, type Session, session, type TestParty } from "./parties.ts";

/** Whether this party has ever reached a state in which it could say something to its peer. */
export function isUp(run: Session, number: number): boolean {
  return run.outputsOf(number, "up").length > 0;
}

/** Codes of all failures of a party. */
export function failures(run: Session, number: number): readonly string[] {
  return run.outputsOf(number, "failed").map(({ code }) => code);
}

/** Codes of everything that a party dropped. */
export function drops(run: Session, number: number): readonly string[] {
  return run.outputsOf(number, "drop").map(({ code }) => code);
}

/** Lets everybody answer the SAS question with yes as soon as it is there; true when all are ready. */
export function confirmAll(run: Session, numbers: readonly number[]): boolean {
  if (!run.run({ until: () => numbers.every((n) => run.outputsOf(n, "sas").length > 0), limitMs: 120_000 }))
    return false;
  for (const number of numbers) run.input(number, { type: "confirm", same: true });
  return run.run({ until: () => numbers.every((n) => run.outputsOf(n, "ready").length > 0), limitMs: 60_000 });
}

/** A session of honest parties that has come as far as `ready`. */
export function readySession(parties: readonly TestParty[]): Session {
  const run = session(parties);
  introduce(run, parties);
  const numbers = parties.map(({ number }) => number);
  if (!confirmAll(run, numbers)) throw new Error(`not ready: ${numbers.map((n) => failures(run, n)).join()}`);
  run.run({ limitMs: 2_000 });
  return run;
}

/** What a party would pin of the others. */
export function pinsOf(run: Session, number: number): readonly PinnedPeer[] {
  const ready = run.outputsOf(number, "ready")[0];
  if (ready === undefined) throw new Error("not ready");
  return ready.pins;
}
