import type { SeededRandom } from "@countersign/testkit";
import type { Client, Net } from "../net.ts";
import type { Turns } from "../turns.ts";
import type { Attendee, Minutes } from "./minutes.ts";

/** The session in which those meet who speak different dialects, and what they know of it from each other. */
export interface Room {
  readonly turns: Turns;
  readonly minutes: Minutes;
  readonly parties: number;
  readonly lines: number;
  /** Everybody who comes. */
  readonly attendees: readonly Attendee[];
  /** Ms after which nobody waits for anything any more. */
  readonly endMs: number;
  /** The group and the session, once the first one has made them. */
  group: string | undefined;
  session: string | undefined;
  /** By their numbers in the session. */
  readonly names: Map<number, string>;
  /** Whether a text stands in anything that the relay has made durable. */
  isKept(text: string): boolean;
  readonly faults: string[];
}

/** Somebody on the way to it. */
export interface AttendeeOptions {
  readonly room: Room;
  readonly client: Client;
  readonly net: Net;
  readonly random: SeededRandom;
  /** Of the nodes, in the order in which it tries them. */
  readonly urls: readonly string[];
}

/** How a speaker says a line to all others, or to the member with a number. */
export type Say = (id: string, to: number) => Promise<void>;

/** Ms between two looks whether something is so. */
const LOOK_MS = 200;

/** Waits until something is so; false if it is too late for that, or `isOver` says that it never will be. */
export async function until({ turns, endMs }: Room, isSo: () => boolean, isOver = () => false): Promise<boolean> {
  while (!isSo()) {
    if (turns.ms >= endMs || isOver()) return false;
    await new Promise<void>((resolve) => turns.after(LOOK_MS, resolve));
  }
  return true;
}

/** Says what somebody has to say, one line after the other. */
export async function speak(
  room: Room,
  { name }: Attendee,
  { random, say }: { readonly random: SeededRandom; readonly say: Say },
): Promise<void> {
  const { turns, minutes, lines } = room;
  for (let line = 0; line < lines; line++) {
    await new Promise<void>((resolve) => turns.after(random.integer(3_000), resolve));
    const others = [...room.names].filter(([, other]) => other !== name);
    // Who is quicker than an answer that is on its way knows nobody's number yet.
    const isToOne = line < lines - 1 && random.chance(0.4) && others.length > 0;
    const [to, other] = isToOne ? random.pick(others) : [0, undefined];
    await say(minutes.says(name, other), to);
  }
}

/** Waits until somebody has heard everybody else out. */
export function hearsAllOut(room: Room, { name }: Attendee, isOver: () => boolean): Promise<boolean> {
  const { minutes, attendees, lines } = room;
  const hasHeardOut = (speaker: Attendee) => speaker.name === name || minutes.heardOut(name, speaker.name, lines);
  return until(room, () => attendees.every(hasHeardOut), isOver);
}
