import type { Clock, SessionEvent } from "@countersign/client";
import { limits } from "./limits.ts";
import { Mailbox, type Missed, type Received } from "./mailbox.ts";
import { decodeBody } from "./message-body.ts";
import type { Meters } from "./meters.ts";
import type { Wire } from "./wire.ts";

type Message = Extract<SessionEvent, { readonly type: "message" }>;

export interface InboundOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly meters: Meters;
  /** A process before this one was done with the messages up to this seq. */
  readonly taken: number;
}

/** Takes the messages of the other parties in. */
export class Inbound {
  private readonly options: InboundOptions;
  private readonly mailbox: Mailbox;
  /** Idempotency keys of the last messages, each with its sender: one that comes again was sent again. */
  private readonly keys = new Set<string>();
  private messages: number;
  /** The last message that was answered. */
  private answered: number;
  /** The last one of which it is certain that a caller has it, or that came behind it and was for no caller. */
  private taken: number;
  /** The last one that was for no caller. */
  private asideUpTo = 0;

  constructor(options: InboundOptions) {
    this.options = options;
    this.mailbox = new Mailbox(() => options.clock.now().ms, options.taken);
    this.messages = options.taken;
    this.answered = options.taken;
    this.taken = options.taken;
  }

  /** Messages that came, those not counted that came again. */
  get count(): number {
    return this.messages;
  }

  /** Keeps a message that can be read. Whether that many still fit. */
  push({ bytes, from, seq }: Message): boolean {
    const { clock, meters } = this.options;
    const body = decodeBody(bytes);
    if (body === undefined) {
      meters.unreadable += 1;
      return true;
    }
    if (body.key !== undefined && !this.isNew(`${from} ${body.key}`)) return true;
    this.messages += 1;
    meters.messages += 1;
    const timestamp = clock.now().unixSeconds;
    return this.mailbox.push({ seq, from, payload: body.payload, timestamp, size: bytes.length });
  }

  /** A message came that is for no caller: nobody else has to be told it again. */
  aside(seq: number): void {
    this.asideUpTo = seq;
    if (this.taken >= this.mailbox.current) this.letGo(seq);
  }

  /**
   * A caller asks again, and so has what was answered before, or all up to the seq that it names: a process after this
   * one need not answer that. Whether this says anything new.
   */
  had(after: number | undefined): boolean {
    const seq = Math.min(after ?? this.answered, this.mailbox.current);
    if (after !== undefined) this.mailbox.skip(after);
    if (seq <= this.taken) return false;
    this.letGo(seq === this.mailbox.current ? Math.max(seq, this.asideUpTo) : seq);
    return true;
  }

  take(after?: number): Received | undefined {
    const message = this.mailbox.take(after);
    if (message !== undefined) this.answered = Math.max(this.answered, message.seq);
    return message;
  }

  since(seq: number): Missed {
    return this.mailbox.since(seq);
  }

  private letGo(seq: number): void {
    this.taken = seq;
    this.options.wire.taken(seq);
  }

  private isNew(key: string): boolean {
    if (this.keys.has(key)) return false;
    this.keys.add(key);
    const [oldest] = this.keys;
    if (oldest !== undefined && this.keys.size > limits.keys.received) this.keys.delete(oldest);
    return true;
  }
}
