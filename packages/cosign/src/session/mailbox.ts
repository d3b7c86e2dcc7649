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

/** The messages of one session: those that nobody has asked for, and for some time those that somebody has. */
export class Mailbox {
  private readonly now: () => number;
  private readonly kept: Kept[] = [];
  private current = 0;
  /** All messages up to this seq are gone. */
  private gone = 0;

  /** `now`: milliseconds since some moment; never goes back. */
  constructor(now: () => number) {
    this.now = now;
  }

  /** Keeps a message. Whether that many still fit. */
  push(message: Received): boolean {
    this.trim();
    this.current = message.seq;
    this.kept.push({ ...message, readAt: undefined });
    const unread = this.kept.filter(({ readAt }) => readAt === undefined);
    return unread.length <= limits.unread.messages && bytesOf(unread) <= limits.unread.bytes;
  }

  /** The first message that nobody has had; or with `after`, the first one behind that seq, had or not. */
  take(after?: number): Received | undefined {
    this.trim();
    const found = this.kept.find(({ readAt, seq }) => (after === undefined ? readAt === undefined : seq > after));
    if (found !== undefined) found.readAt ??= this.now();
    return found;
  }

  /** All messages behind a seq that are still kept. They count as read no more than before. */
  since(seq: number): Missed {
    this.trim();
    const messages = this.kept.filter((message) => message.seq > seq);
    return { messages, current: this.current, kept: this.kept.length, isComplete: seq >= this.gone };
  }

  /** Lets go of messages that were handed out: the oldest first, and none behind one that was not. */
  private trim(): void {
    for (;;) {
      const [oldest] = this.kept;
      if (oldest?.readAt === undefined) return;
      const read = this.kept.filter(({ readAt }) => readAt !== undefined);
      const { messages, bytes, ms } = limits.resume;
      const isYoung = this.now() - oldest.readAt < ms;
      if (isYoung && read.length <= messages && bytesOf(read) <= bytes) return;
      this.gone = oldest.seq;
      this.kept.shift();
    }
  }
}

function bytesOf(messages: readonly Received[]): number {
  return messages.reduce((sum, { size }) => sum + size, 0);
}
