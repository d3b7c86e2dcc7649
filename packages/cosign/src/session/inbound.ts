import type { Clock, SessionEvent } from "@countersign/client";
import { limits } from "./limits.ts";
import { Mailbox, type Missed, type Received } from "./mailbox.ts";
import { decodeBody } from "./message-body.ts";
import type { Meters } from "./meters.ts";

type Message = Extract<SessionEvent, { readonly type: "message" }>;

/** Takes the messages of the other parties in. */
export class Inbound {
  private readonly clock: Clock;
  private readonly meters: Meters;
  private readonly mailbox: Mailbox;
  /** Idempotency keys of the last messages, each with its sender: one that comes again was sent again. */
  private readonly keys = new Set<string>();
  private messages = 0;
  /** Counts all that came. */
  private seq = 0;

  constructor(clock: Clock, meters: Meters) {
    this.clock = clock;
    this.meters = meters;
    this.mailbox = new Mailbox(() => clock.now().ms);
  }

  /** Messages that came, those not counted that came again. */
  get count(): number {
    return this.messages;
  }

  /** Keeps a message that can be read. Whether that many still fit. */
  push({ bytes, from }: Message): boolean {
    this.seq += 1;
    const body = decodeBody(bytes);
    if (body === undefined) {
      this.meters.unreadable += 1;
      return true;
    }
    if (body.key !== undefined && !this.isNew(`${from} ${body.key}`)) return true;
    this.messages += 1;
    this.meters.messages += 1;
    const timestamp = this.clock.now().unixSeconds;
    return this.mailbox.push({ seq: this.seq, from, payload: body.payload, timestamp, size: bytes.length });
  }

  take(after?: number): Received | undefined {
    return this.mailbox.take(after);
  }

  since(seq: number): Missed {
    return this.mailbox.since(seq);
  }

  private isNew(key: string): boolean {
    if (this.keys.has(key)) return false;
    this.keys.add(key);
    const [oldest] = this.keys;
    if (oldest !== undefined && this.keys.size > limits.keys.count) this.keys.delete(oldest);
    return true;
  }
}
