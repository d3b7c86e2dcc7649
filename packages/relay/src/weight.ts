import type { Envelope } from "./entry.ts";

/** What an event costs in memory, whatever it holds, and each number in it. */
const EVENT = 512;
const NUMBER = 8;
/** What a session costs in memory, with some members. */
const SESSION = 4_096;

/** What a message counts that is kept: its characters, and a short one what it costs all the same. */
export function weightOf(characters: number): number {
  return Math.max(characters, EVENT);
}

/** The same of a message of envelopes: whom each is for has to be kept, too. */
export function weightOfEnvelopes(envelopes: readonly Envelope[]): number {
  return weightOf(envelopes.reduce((sum, { body }) => sum + body.length + NUMBER, 0));
}

/** What a session counts beside its messages. */
export function weightOfSession({ value }: { readonly value: string }): number {
  return SESSION + value.length;
}

/** The same of an event that holds numbers only. */
export function weightOfNumbers(numbers: readonly number[]): number {
  return weightOf(numbers.length * NUMBER);
}
