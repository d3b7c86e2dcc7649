import type { CipherFunctions } from "@countersign/noise";
import { decodeSealedFrame, type SealedFrame, UsageError } from "@countersign/wire";
import type { Instant } from "../machine.ts";
import { type Arrival, arrive } from "./arrivals.ts";
import { Channel } from "./channel.ts";
import type {
  Conversation,
  ConversationInput,
  ConversationOptions,
  ConversationOutput,
  Install,
} from "./conversation-types.ts";
import { depart } from "./departures.ts";
import { Inbox } from "./inbox.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { Content } from "./message.ts";

/** Makes the machine of all frames with one peer in one session, over successive exchanges (spec 0004). */
export function createConversation(options: ConversationOptions): Conversation {
  return new PeerConversation(options);
}

/** The machine itself. `first` is the n that every channel begins with: 0, but for tests of what lies far behind it. */
export class PeerConversation implements Conversation {
  private readonly cipher: CipherFunctions;
  private readonly first: number;
  private readonly life: Lifecycle;
  private readonly inbox: Inbox;
  private wakeAt: number | undefined;

  constructor({ cipher, resume }: ConversationOptions, first = 0) {
    this.cipher = cipher;
    this.first = first;
    this.life = new Lifecycle(resume ?? { posted: 0n, unacknowledged: [] });
    this.inbox = new Inbox(resume?.expected ?? 0n);
  }

  get expected(): bigint {
    return this.inbox.expected;
  }

  get posted(): bigint {
    return this.life.journal.posted;
  }

  get live(): boolean {
    return this.life.channels.live !== undefined;
  }

  step(input: ConversationInput, { ms: now }: Instant): readonly ConversationOutput[] {
    this.life.channels.expire(now);
    this.take(input, now);
    this.pass(now);
    this.wake();
    const { outputs } = this.life;
    this.life.outputs = [];
    return outputs;
  }

  private take(input: ConversationInput, now: number): void {
    const { life } = this;
    switch (input.type) {
      case "install":
        return life.fire("install", { admit: () => this.admit(input, now), "refuse-keys": () => erase(input) });
      case "discard": {
        const channel = life.channels.byId(input.id);
        if (channel !== undefined) life.fireChannel(channel, "discarded", now);
        return;
      }
      case "repeat-greeting":
        return life.send(life.channels.byId(input.id)?.greeting);
      case "packet":
        return this.packet(input.body, now);
      case "post":
        return life.fire("post", { keep: () => life.journal.post(input.kind, input.content) });
      case "control":
        return life.fire("control", { queue: () => this.queue(input) });
      case "reconnected":
        return life.channels.live?.sender.window.restart(now);
      case "close":
        return life.close(input.reason, now);
      case "time":
        return;
    }
  }

  private admit(install: Install, now: number): void {
    const channel = new Channel({ ...install, cipher: this.cipher, first: this.first, installedAt: now });
    this.life.channels.add(channel);
    if (install.tentative) return;
    if (install.greet) this.life.send(channel.greet(now));
    this.life.fireChannel(channel, "confirmed", now);
  }

  private queue({ kind, data }: Extract<ConversationInput, { type: "control" }>): void {
    if (!this.live) throw new UsageError("usage.not-live", "no exchange to send a control frame on");
    this.life.outbox.control(kind, data);
  }

  private packet(body: Uint8Array, now: number): void {
    const sealed = decodeSealedFrame(body);
    if (!sealed.ok) return this.life.drop(sealed.code);
    const channel = this.life.channels.byToken(sealed.value.token);
    if (channel === undefined) return this.stray(sealed.value);
    const arrivals = arrive(channel, sealed.value, this.life.isOpen, now);
    for (const arrival of arrivals) this.arrived(channel, arrival, now);
  }

  /** A packet under a token that belongs to no channel, or to none any more. */
  private stray(sealed: SealedFrame): void {
    const { life } = this;
    const answer = life.closing.answerTo(sealed);
    if (answer === undefined) life.drop("channel.unknown-token");
    else life.fire("close-repeated", { "answer-again": () => life.send(answer()) });
  }

  private arrived(channel: Channel, arrival: Arrival, now: number): void {
    const { life } = this;
    switch (arrival.type) {
      case "drop":
        return life.drop(arrival.code);
      case "repeated":
        return this.repeated(arrival, now);
      case "alive":
        life.channels.live?.sender.window.revive(now);
        if (!channel.heard) life.fireChannel(channel, "heard", now);
        return;
      case "delivered":
        return life.settle(arrival.m + 1n);
      case "content":
        return life.fire("content", {
          deliver: () => this.deliver(channel, arrival.content, now),
          drop: () => life.drop("channel.closing"),
        });
      case "close":
        return life.fire("close-received", {
          ...life.ended("peer", arrival.reason, true, now),
          "answer-ack": () => life.send(life.closing.answerWithAck(channel, arrival.frame, now)),
          "answer-close": () => life.closing.answerWithClose(channel, arrival.frame),
        });
      case "close-acknowledged":
        return life.fire("close-acknowledged", life.ended("self", life.closing.reason, true, now));
      case "fault":
        return life.fault(arrival, now);
    }
  }

  private repeated({ answer, owed }: Extract<Arrival, { type: "repeated" }>, now: number): void {
    const revived = this.life.channels.live?.sender.window.revive(now) === true;
    this.life.send(answer);
    if (answer === undefined && !owed && !revived) this.life.drop("channel.duplicate");
  }

  private deliver(channel: Channel, content: Content, now: number): void {
    const received = this.inbox.take(content, channel.assembly);
    if (received.type === "fault") this.life.fault(received, now);
    else if (received.type === "content") this.life.outputs.push({ ...received, type: "deliver" });
  }

  /** What time brings: frames, the wish for a new exchange, the end of patience. */
  private pass(now: number): void {
    const { life } = this;
    const { live } = life.channels;
    if (live !== undefined) {
      for (const body of depart(live, life.isOpen ? life.outbox : undefined, now)) life.send(body);
      if (life.isOpen && live.askRelink(now)) life.outputs.push({ type: "relink-due", id: live.id });
    }
    const { patienceEnds = Infinity, reason } = life.closing;
    if (patienceEnds <= now) life.fire("out-of-patience", life.ended("self", reason, false, now));
  }

  private wake(): void {
    const { channels, closing, isOpen } = this.life;
    const live = channels.live?.wakeAt(isOpen) ?? Infinity;
    const first = Math.min(channels.wipeAt ?? Infinity, closing.patienceEnds ?? Infinity, live);
    const at = first === Infinity ? undefined : first;
    if (at !== this.wakeAt) this.life.outputs.push({ type: "wake", at });
    this.wakeAt = at;
  }
}

function erase({ sendKey, receiveKey }: Install): void {
  sendKey.fill(0);
  receiveKey.fill(0);
}
