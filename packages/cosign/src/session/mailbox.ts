import type { JsonObject } from "@countersign/wire";
import { limits } from "./limits.ts";

/** A message as it was received. */
export interface Received {
  /** Counts the messages of this session, from 1. */
  readonly seq: number;
  /** Number of the party that sent it. */
  readonly from: number;
  readonly payload: JsonObject;
  /** When it came: seconds since 1970. */
  readonly timestamp: number;
  /** Bytes. */
  readonly size: number;
}

/** What somebody can still have who has missed messages. */
export interface Missed {
  readonly messages: readonly Received[];
  /** The seq of the last message that came, 0 for none. */
  readonly current: number;
  /** Messages that are kept. */
  readonly kept: number;
  /** Whether none of those that were asked for is gone. */
  readonly isComplete: boolean;
}

interface Kept extends Received {
  /** When it was handed out first; undefined: not yet. */
  readAt: number | undefined;
}

/** How many, and how large together. */
class Amount {
  messages = 0;
  bytes = 0;

  add({ size }: Received, sign: 1 | -1 = 1): void {
    this.messages += sign;
    this.bytes += sign * size;
  }

  fits(limit: { readonly messages: number; readonly bytes: number }): boolean {
    return this.messages <= limit.messages && this.bytes <= limit.bytes;
  }
}

/** The messages of one session: those that nobody has asked for, and for some time those that somebody has. */
export class Mailbox {
  private readonly now: () => number;
  private readonly kept: Kept[] = [];
  private readonly unread = new Amount();
  private readonly read = new Amount();
  /** The seq of the last message that came. */
  private last: number;
  /** All messages up to this seq are gone. */
  private gone: number;

  /** `now`: milliseconds since some moment; never goes back. `gone`: a process before this one had all up to this seq. */
  constructor(now: () => number, gone = 0) {
    this.now = now;
    this.gone = gone;
    this.last = gone;
  }

  /** The seq of the last message that came, 0 for none. */
  get current(): number {
    return this.last;
  }

  /** Keeps a message. Whether that many still fit. */
  push(message: Received): boolean {
    this.trim();
    this.last = message.seq;
    this.kept.push({ ...message, readAt: undefined });
    this.unread.add(message);
    return this.unread.fits(limits.unread);
  }

  /** The first message that nobody has had; or with `after`, the first one behind that seq, had or not. */
  take(after?: number): Received | undefined {
    this.trim();
    const found = this.kept.find(({ readAt, seq }) => (after === undefined ? readAt === undefined : seq > after));
    if (found !== undefined) this.markRead(found);
    return found;
  }

  /** Somebody has all messages up to a seq, wherever from. */
  skip(seq: number): void {
    for (const message of this.kept) if (message.seq <= seq) this.markRead(message);
  }

  /** All messages behind a seq that are still kept. Whoever looks at them here has not had them. */
  since(seq: number): Missed {
    this.trim();
    const messages = this.kept.filter((message) => message.seq > seq);
    return { messages, current: this.last, kept: this.kept.length, isComplete: seq >= this.gone };
  }

  private markRead(message: Kept): void {
    if (message.readAt !== undefined) return;
    message.readAt = this.now();
    this.unread.add(message, -1);
    this.read.add(message);
  }

  /** Lets go of messages that somebody has had, the oldest first, and of none behind one that nobody has had. */
  private trim(): void {
    for (let [oldest] = this.kept; oldest?.readAt !== undefined; [oldest] = this.kept) {
      const isYoung = this.now() - oldest.readAt < limits.resume.ms;
      if (isYoung && this.read.fits(limits.resume)) return;
      this.gone = oldest.seq;
      this.read.add(oldest, -1);
      this.kept.shift();
    }
  }
}
