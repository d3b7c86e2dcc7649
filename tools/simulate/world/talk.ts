import type { SeededRandom } from "@countersign/testkit";
import { concat, utf8 } from "@countersign/wire";
import type { Disk } from "./disk.ts";
import type { Open } from "./party.ts";
import type { Turns } from "./turns.ts";

/** Something that was said to somebody, and whether it was certain to arrive when the process went on. */
export interface Said {
  readonly id: string;
  readonly isLast: boolean;
  isKept: boolean;
}

/** All that was said and heard in a world, by `from>to`. */
export class Conversation {
  readonly said = new Map<string, Said[]>();

  saidBy(from: number, to: number): Said[] {
    const key = `${from}>${to}`;
    const known = this.said.get(key) ?? [];
    this.said.set(key, known);
    return known;
  }
}

export interface TalkOptions {
  readonly turns: Turns;
  readonly random: SeededRandom;
  readonly disk: Disk;
  /** How much it says, and how long each of it is at most, in bytes. */
  readonly lines: number;
  readonly longest: number;
  readonly conversation: Conversation;
  /** What no relay may ever see. */
  readonly canary: string;
  /** Counts the processes of the party. */
  readonly run: number;
}

const LAST = "last";
/** Bytes within which it stands what a line is, before what it is filled up with. */
const HEAD = 80;
/** Ms after which somebody has enough of waiting for the others. */
const PATIENCE_MS = 400_000;

class LeftError extends Error {
  readonly code: string;
  readonly culprits: readonly number[];

  constructor(code: string, message: string, culprits: readonly number[] = []) {
    super(message);
    this.code = code;
    this.culprits = culprits;
  }
}

/** Everybody says some things to all or to one; each is done when all of it has arrived, and it has heard all others out. */
export async function talk(open: Open, options: TalkOptions): Promise<string> {
  const { session, isAlive } = open;
  const { disk, turns } = options;
  const patience = turns.after(PATIENCE_MS, () => isAlive() && void session.abort("user-left"));
  try {
    await Promise.all([listen(open, options), speak(open, options)]);
  } finally {
    patience();
  }
  const outcome = "all heard";
  await disk.write(isAlive, () => {
    disk.notes.outcome = outcome;
  });
  await session.close();
  return outcome;
}

async function speak({ session, ready, isAlive }: Open, options: TalkOptions): Promise<void> {
  const { turns, random, disk, lines, longest, conversation, canary, run } = options;
  const others = ready.pins.map(({ number }) => number);
  for (let line = disk.notes.said; line < lines; line++) {
    await new Promise<void>((resolve) => turns.after(random.integer(2_000), () => isAlive() && resolve()));
    const isLast = line === lines - 1;
    const to = isLast || random.chance(0.6) ? 0 : random.pick(others);
    const id = `${run}.${line}`;
    const said = (to === 0 ? others : [to]).map((other) => conversation.saidBy(session.number, other));
    const entry: Said = { id, isLast, isKept: false };
    const padding = random.bytes(random.chance(0.1) ? random.integer(longest) : random.integer(200));
    session.send({ to, round: line, bytes: concat(utf8(`${canary} ${id} ${isLast ? LAST : "more"} `), padding) });
    for (const list of said) list.push(entry);
    await session.kept();
    entry.isKept = true;
    await disk.write(isAlive, () => {
      disk.notes.said = line + 1;
    });
  }
  await session.delivered();
}

async function listen({ session, events, ready, isAlive }: Open, { disk }: TalkOptions): Promise<void> {
  const { heard } = disk.notes;
  const waitedFor = new Set(ready.pins.map(({ number }) => number));
  for (const one of heard) if (one.endsWith(LAST)) waitedFor.delete(Number(one.split(" ")[1]));
  let known = heard.length === 0 ? 0 : Number(heard.at(-1)?.split(" ")[0]);
  if (waitedFor.size === 0) return;
  for await (const event of events) {
    if (!isAlive()) return new Promise(() => undefined);
    if (event.type === "message") {
      const { seq, from } = event;
      // Told again to a new process: what was noted by then was not said to be taken.
      if (seq > known) {
        const [, id = "", word = ""] = String.fromCharCode(...event.bytes.slice(0, HEAD)).split(" ");
        await disk.write(isAlive, () => heard.push(`${seq} ${from} ${id} ${word}`));
        known = seq;
        if (word === LAST) waitedFor.delete(from);
      }
      session.taken(seq);
      if (waitedFor.size === 0) return;
    } else if (event.type === "closed" && waitedFor.has(event.number)) {
      throw new LeftError("peer.left", `party ${event.number} has left`, [event.number]);
    } else if (event.type === "failed") {
      throw new LeftError(event.code, event.detail, event.culprits);
    } else if (event.type === "ended") {
      throw new LeftError(`session.${event.how}`, event.reason ?? event.how);
    }
  }
  throw new LeftError("session.over", "no more events");
}
