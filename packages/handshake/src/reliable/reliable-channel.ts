import { type JsonObject, UsageError } from "@countersign/wire";
import { encodeMiss, readReliableHeader } from "./header.ts";
import { ReliableReceiver } from "./reliable-receiver.ts";
import { ReliableSender } from "./reliable-sender.ts";

/** The inner packet of a channel packet: the JSON of its head and its body. */
export interface ChannelContent {
  readonly json: JsonObject;
  readonly body: Uint8Array;
}

/** What happens to a reliable channel. */
export type ReliableInput =
  /** Content to send; only while the channel is `writable`. */
  | { readonly type: "send"; readonly content: ChannelContent }
  /** An authentic packet of this channel. */
  | { readonly type: "packet"; readonly content: ChannelContent }
  /** The application is done with what was delivered last, and can have the next; `last`: there is none, so say so now. */
  | { readonly type: "processed"; readonly last?: boolean }
  | { readonly type: "time" };

/** What is to be done. */
export type ReliableOutput =
  /** To be encrypted and sent; `c` and, in the first packet, `type` are the channel's own. */
  | { readonly type: "transmit"; readonly content: ChannelContent }
  | { readonly type: "deliver"; readonly seq: number; readonly content: ChannelContent }
  /** The other end's application has processed this packet. */
  | { readonly type: "confirmed"; readonly seq: number }
  /** Step `time` at this moment, in milliseconds; undefined: no more. */
  | { readonly type: "wake"; readonly at: number | undefined }
  | { readonly type: "drop"; readonly code: ReliableDrop };

/**
 * Why a packet was dropped. What is malformed, or acknowledges what was never sent, changed nothing; of one that came
 * before, or that there is no room for, the acknowledgement was heard all the same.
 */
export type ReliableDrop = "reliable.malformed" | "reliable.ack-ahead" | "reliable.repeated" | "reliable.beyond";

/** How much a reliable channel keeps, in packets. */
export interface ReliableOptions {
  /** Sent and not acknowledged, 50 by default; until the other end says what it takes, it is sent as much. */
  readonly outgoing?: number;
  /** Received and not processed, 50 by default. */
  readonly incoming?: number;
}

const RESERVED = ["seq", "ack", "miss"] as const;

/**
 * A channel on which packets arrive once and in order (telehash v3, "Reliable Channels"; spec 0009, section 7). It numbers,
 * acknowledges and repeats packets; it neither opens, closes nor gives up a channel: `type`, `end`, `err` and time-outs are
 * content to it. Synchronous, without a clock; whatever packets hold, it does not throw.
 */
export class ReliableChannel {
  private readonly sender: ReliableSender<ChannelContent>;
  private readonly receiver: ReliableReceiver<ChannelContent>;
  private wakeAt: number | undefined;

  constructor({ outgoing = 50, incoming = 50 }: ReliableOptions = {}) {
    for (const room of [outgoing, incoming]) {
      if (!Number.isSafeInteger(room) || room < 1)
        throw new UsageError("usage.out-of-range", "room for one packet at least");
    }
    this.sender = new ReliableSender(outgoing);
    this.receiver = new ReliableReceiver(incoming);
  }

  /** Whether `send` is accepted now: the other end has room, and so have we. */
  get writable(): boolean {
    return this.sender.writable;
  }

  /** Since when nothing that was sent is acknowledged any more, in milliseconds; undefined where all of it is. */
  get unconfirmedSince(): number | undefined {
    return this.sender.unconfirmedSince;
  }

  /** Whether the application has not processed what was delivered last. */
  get processing(): boolean {
    return this.receiver.busy;
  }

  /** `now` in milliseconds of a clock that never goes back. Throws `UsageError` for wrong calls only. */
  step(input: ReliableInput, now: number): readonly ReliableOutput[] {
    const outputs = this.handle(input, now);
    for (const seq of this.sender.probe(now)) outputs.push(...this.transmit(seq));
    const { ackAt } = this.receiver;
    if (ackAt !== undefined && now >= ackAt) outputs.push({ type: "transmit", content: this.acknowledgement() });
    const next = earliest(this.sender.probeAt, this.receiver.ackAt);
    if (next !== this.wakeAt) outputs.push({ type: "wake", at: next });
    this.wakeAt = next;
    return outputs;
  }

  private handle(input: ReliableInput, now: number): ReliableOutput[] {
    switch (input.type) {
      case "send":
        return this.send(input.content, now);
      case "packet":
        return this.hear(input.content, now);
      case "processed":
        if (!this.receiver.processed(now, input.last === true))
          throw new UsageError("usage.nothing-delivered", "nothing is being processed");
        return this.deliver();
      case "time":
        return [];
    }
  }

  private send(content: ChannelContent, now: number): ReliableOutput[] {
    if (!this.writable) throw new UsageError("usage.not-writable", "the window is full");
    if (RESERVED.some((key) => Object.hasOwn(content.json, key))) {
      throw new UsageError("usage.reserved-key", "seq, ack and miss are the channel's own");
    }
    return this.transmit(this.sender.take(content, now));
  }

  private hear(content: ChannelContent, now: number): ReliableOutput[] {
    const header = readReliableHeader(content.json);
    if (!header.ok) return [{ type: "drop", code: "reliable.malformed" }];
    const { ahead, confirmed, resend } = this.sender.heard(header.value, now);
    if (ahead) return [{ type: "drop", code: "reliable.ack-ahead" }];
    const outputs: ReliableOutput[] = confirmed.map((seq) => ({ type: "confirmed", seq }));
    const { seq } = header.value;
    if (seq !== undefined) {
      const received = this.receiver.receive(seq, content, now);
      if (received !== "kept") outputs.push({ type: "drop", code: `reliable.${received}` });
    }
    // What is sent again carries the newest acknowledgement, so it comes last.
    return [...outputs, ...this.deliver(), ...resend.flatMap((one) => this.transmit(one))];
  }

  private deliver(): ReliableOutput[] {
    const next = this.receiver.next();
    return next === undefined ? [] : [{ type: "deliver", seq: next.seq, content: next.packet }];
  }

  private transmit(seq: number): ReliableOutput[] {
    const content = this.sender.packet(seq);
    if (content === undefined) return [];
    const json = { ...content.json, seq, ...(this.receiver.active ? this.acknowledgement().json : {}) };
    return [{ type: "transmit", content: { json, body: content.body } }];
  }

  /** A packet that acknowledges and has no content; whoever makes it sends it, so nothing is owed any more. */
  private acknowledgement(): ChannelContent {
    const { ack, miss } = this.receiver;
    this.receiver.acknowledged();
    return { json: miss === undefined ? { ack } : { ack, miss: encodeMiss(ack, miss) }, body: new Uint8Array(0) };
  }
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}
