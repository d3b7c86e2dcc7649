import { handOver, keepArrival, type Receiver } from "./arrivals.ts";
import { forgetFrames } from "./frame.ts";
import type { Message } from "./message.ts";

/** What a connection does at the end of a turn of the event loop: first all of them make what they send, then all write it. */
export interface TurnEnd {
  feed(): void;
  write(): void;
}

let ends: TurnEnd[] = [];
let isPlanned = false;

/** Hands a message over when everything that had come to the sockets was read. */
export function arrive(receiver: Receiver, message: Message, bytes: number): void {
  if (keepArrival(receiver, message, bytes)) plan();
}

/** Has a connection send at the end of this turn, and after what has come was worked on. */
export function atEndOfTurn(end: TurnEnd): void {
  ends.push(end);
  plan();
}

/** All share two immediates, because each costs its own: what promises do between them is in time for the second one. */
function plan(): void {
  if (isPlanned) return;
  isPlanned = true;
  setImmediate(handOver);
  setImmediate(sendOut);
}

function sendOut(): void {
  const all = ends;
  ends = [];
  isPlanned = false;
  for (const end of all) end.feed();
  for (const end of all) end.write();
  // Who has made a frame since is in line again.
  if (ends.length === 0) forgetFrames();
}
