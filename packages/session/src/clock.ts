import type { Instant } from "./ceremony-types.ts";
import type { Happening } from "./happening.ts";
import { type Memory, missingOf } from "./memory.ts";

/** How long the others have for their seals, in seconds. */
export const CLOSING_SECONDS = 60;
/** How long the others have to show what they heard, in seconds. */
export const DISPUTE_SECONDS = 30;
/** How long somebody may still ask for the certificate, in seconds. */
export const LINGER_SECONDS = 60;
/** How long one waits for a certificate after a seal that does not fit, in seconds. */
export const DOUBT_SECONDS = 30;
/** How much longer one waits for somebody who waits for others himself, so that he can say for whom, in seconds. */
export const MARGIN_SECONDS = 10;

/** Starts the time of the round that is waited for. */
export function start(memory: Memory, _: Happening, now: Instant): void {
  begin(memory, now, secondsOf(memory, memory.round));
  memory.half = now.ms + 500 * secondsOf(memory, memory.round);
}

/** Starts the time for evidence; behind the last round it is that for seals, too, where this is longer. */
export function startDispute(memory: Memory, _: Happening, now: Instant): void {
  const { deadline = 0, round, rounds } = memory;
  begin(memory, now, DISPUTE_SECONDS);
  if (round > rounds.length) memory.deadline = Math.max(deadline, memory.deadline ?? 0);
}

/** Starts the time in which the others may ask for the certificate. */
export function startLinger(memory: Memory, _: Happening, now: Instant): void {
  begin(memory, now, LINGER_SECONDS);
}

/** Nothing is waited for any more. */
export function stop(memory: Memory): void {
  memory.deadline = undefined;
  memory.half = undefined;
}

/**
 * Waits longer for a party that waits for others itself, in the round before: its own time for them may end later, and
 * then it names those, which is better than to name it.
 */
export function extend(memory: Memory, number: number): void {
  const { deadline, since, round, answers } = memory;
  const answer = answers.get(number);
  if (deadline === undefined || answer === undefined || !missingOf(memory).includes(number)) return;
  if (answer.at !== round - 1 || answer.missing.length === 0) return;
  memory.deadline = Math.max(deadline, since + 1_000 * (secondsOf(memory, round - 1) + MARGIN_SECONDS));
}

/** Waits no longer than for the answers to a question. */
export function hurry(memory: Memory, now: Instant): void {
  const soon = now.ms + 1_000 * DOUBT_SECONDS;
  memory.half = undefined;
  memory.deadline = Math.min(memory.deadline ?? soon, soon);
}

function begin(memory: Memory, now: Instant, seconds: number): void {
  memory.since = now.ms;
  memory.half = undefined;
  memory.deadline = now.ms + 1_000 * seconds;
}

function secondsOf({ rounds }: Memory, round: number): number {
  return rounds[round - 1]?.seconds ?? CLOSING_SECONDS;
}
