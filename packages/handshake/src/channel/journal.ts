import { UsageError } from "@countersign/wire";
import { checkLength, type Message, type MessageKind } from "./message.ts";

/** What a journal was when it was put away. */
export interface JournalState {
  /** How many messages were ever posted: the m of the next one. */
  readonly posted: bigint;
  /** Those that were not acknowledged, ascending, the last of them being `posted` − 1. */
  readonly unacknowledged: readonly Message[];
}

/** The messages to one peer until it has them, across exchanges (spec 0004, section 9). */
export class Journal {
  /** The m of the next message. */
  posted: bigint;
  private messages: Message[];

  /** Throws `UsageError` for messages that are not numbered up to `posted`. */
  constructor({ posted, unacknowledged }: JournalState) {
    this.posted = posted;
    this.messages = [...unacknowledged];
    const numbered = this.messages.every(({ m }, index) => m === this.first + BigInt(index));
    if (!numbered) throw new UsageError("usage.out-of-range", "the journal's messages are not those posted last");
  }

  /** The lowest m that is not acknowledged; `posted` when all are. */
  get first(): bigint {
    return this.posted - BigInt(this.messages.length);
  }

  get isEmpty(): boolean {
    return this.messages.length === 0;
  }

  /** The message with this m, from `first` to `posted` − 1. */
  at(m: bigint): Message | undefined {
    return m < this.first ? undefined : this.messages[Number(m - this.first)];
  }

  /** Takes a message in and gives it the next m. Throws `UsageError` when it is too long for its kind. */
  post(kind: MessageKind, content: Uint8Array): void {
    checkLength(kind, content);
    this.messages.push({ m: this.posted, kind, content: content.slice() });
    this.posted += 1n;
  }

  /** The peer expects `next`, at most `posted`: what is below is no longer kept. */
  acknowledge(next: bigint): void {
    if (next > this.first) this.messages = this.messages.slice(Number(next - this.first));
  }

  /** Forgets all messages as if they were acknowledged. */
  clear(): void {
    this.messages = [];
  }
}
