import { CloseReason, CSID_COUNTERSIGN, decodePacket, encodePacket, FrameKind } from "@countersign/wire";
import type { Conversation, ConversationInput, ConversationOutput } from "../channel/conversation-types.ts";
import type { Endpoint } from "../context.ts";
import type { Incoming43 } from "../cs43/body.ts";
import type { IntroducedPeer, LinkedPeer } from "../cs43/suite.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { ExchangeInput, ExchangeOutput } from "../exchange/exchange-types.ts";
import type { HandshakeMessage } from "../exchange/message-group.ts";
import { isForGroupLink } from "../group-link/group-link.ts";
import type { Instant, Machine, Wake } from "../machine.ts";
import { FollowingMessages } from "./following-messages.ts";
import { Mending } from "./mending.ts";
import { createPairMachines, type PairOptions } from "./pair-machines.ts";
import type { PairTrust } from "./pair-trust.ts";
import type { PairInput, PairOutput } from "./pair-types.ts";
import { Wakes } from "./wakes.ts";

/** The id of the channel of a group link; those of exchanges are above. */
const GROUP_LINK = 0;

/**
 * Everything between this end and one other endpoint: the exchange machine brings keys up, the conversation uses them.
 * What one says is handed to the other here, and nowhere else.
 */
export class Pair implements Machine<PairInput, PairOutput> {
  readonly peer: Endpoint;
  private readonly exchange: Exchange<LinkedPeer, Incoming43, IntroducedPeer>;
  private readonly judge: PairOptions["judge"];
  private readonly conversation: Conversation;
  private readonly mending = new Mending();
  private readonly trust: PairTrust;
  private readonly following = new FollowingMessages();
  /** The peer may have keys of a process before this one, and send under them until it is told better. */
  private readonly restored: boolean;
  /** Whom the first frame under the keys of a group link will prove, until any exchange is CONFIRMED. */
  private awaited: LinkedPeer | undefined;
  /** The peers of exchanges that gave keys and are not CONFIRMED yet, by run. */
  private readonly tentative = new Map<number, LinkedPeer>();
  private outputs: PairOutput[] = [];
  private hasEnded = false;
  private readonly wakes = new Wakes<"exchange" | "conversation">();

  constructor(options: PairOptions) {
    this.peer = options.suite.peer;
    this.judge = options.judge;
    const { exchange, conversation, trust } = createPairMachines(options);
    this.exchange = exchange;
    this.conversation = conversation;
    this.trust = trust;
    this.restored = options.history !== undefined;
  }

  /** When the pair next wants the input `time`, in monotonic ms. */
  get wakeAt(): number | undefined {
    return this.wakes.next;
  }

  /** Whether messages can be sent. */
  get up(): boolean {
    return this.conversation.live;
  }

  /** Messages to the peer so far. */
  get posted(): bigint {
    return this.conversation.posted;
  }

  /** Responder runs of which nobody has proven anything yet. */
  get unproven(): number {
    return this.exchange.unproven;
  }

  step(input: PairInput, now: Instant): readonly PairOutput[] {
    this.outputs = [];
    this.take(input, now);
    return this.outputs;
  }

  private take(input: PairInput, now: Instant): void {
    switch (input.type) {
      case "packet":
        return this.packet(input.bytes, now);
      case "time":
      case "reconnected":
        this.stepExchange(input, now);
        return this.stepConversation(input, now);
      case "keyed":
        return this.keyed(input, now);
      case "call":
        return this.trust.current === undefined ? undefined : this.stepExchange(input, now);
      case "provide":
        return this.provide(input.messages, now);
      case "post":
      case "close":
        return this.stepConversation(input, now);
      case "end":
        this.stepExchange(input, now);
        this.hasEnded = true;
        if (this.conversation.live) this.stepConversation({ type: "close", reason: CloseReason.ABORTED }, now);
        return;
      default:
        return input satisfies never;
    }
  }

  private packet(bytes: Uint8Array, now: Instant): void {
    const packet = decodePacket(bytes);
    if (!packet.ok) this.outputs.push({ type: "drop", code: packet.code, from: this.peer.number });
    else if (packet.value.type === "channel") this.stepConversation({ type: "packet", body: packet.value.body }, now);
    else if (packet.value.csid === CSID_COUNTERSIGN) {
      const { body } = packet.value;
      if (isForGroupLink(body)) this.outputs.push({ type: "group-link", body });
      else this.stepExchange({ type: "packet", body }, now);
    } else this.outputs.push({ type: "drop", code: "exchange.cipher-set", from: this.peer.number });
  }

  private stepExchange(input: ExchangeInput, now: Instant): void {
    // The static key may be erased: neither a call nor an answer is made any more, whatever comes.
    if (this.hasEnded) {
      if (input.type === "packet")
        this.outputs.push({ type: "drop", code: "exchange.unknown", from: this.peer.number });
      return;
    }
    const outputs = this.wakes.take("exchange", this.exchange.step(input, now));
    for (const output of outputs) this.takeFromExchange(output, now);
  }

  private stepConversation(input: ConversationInput, now: Instant): void {
    const outputs = this.wakes.take("conversation", this.conversation.step(input, now));
    for (const output of outputs) this.takeFromConversation(output, now);
  }

  private takeFromExchange(output: Exclude<ExchangeOutput<LinkedPeer, IntroducedPeer>, Wake>, now: Instant): void {
    switch (output.type) {
      case "send":
        this.sendPacket({ type: "handshake", csid: CSID_COUNTERSIGN, body: output.body });
        return;
      case "offer":
        return this.decide(output, now);
      case "establish": {
        const { id, keys, peer, tentative, greet } = output;
        // A second lock behind `pairing`: keys of nobody who is pinned are never used by a pair that is up.
        if (!this.trust.admits(peer)) return;
        this.stepConversation({ type: "install", id, ...keys, tentative, greet, peerNext: peer.next }, now);
        this.tentative.set(id, peer);
        return;
      }
      case "confirmed":
        return this.confirmed(output, now);
      case "discard":
        this.tentative.delete(output.id);
        return this.stepConversation(output, now);
      case "repeat-greeting":
        return this.stepConversation(output, now);
      case "drop":
        this.outputs.push({ type: "drop", code: output.code, from: this.peer.number });
        return;
      case "expired":
        this.outputs.push(output);
        // The live exchange goes on, so that the peer may be back any time; what is to be said to it is not forgotten.
        return this.up && this.following.waiting ? this.stepExchange({ type: "keep-alive" }, now) : undefined;
      case "fault":
        this.outputs.push({ type: "refused", code: "peer.protocol", detail: output.detail });
        return;
      default:
        this.outputs.push(output);
    }
  }

  private decide({ id, peer }: ExchangeOutput<LinkedPeer, IntroducedPeer> & { type: "offer" }, now: Instant): void {
    const refusal = this.judge(peer);
    this.stepExchange({ type: refusal === undefined ? "accept" : "refuse", id }, now);
    if (refusal !== undefined) this.outputs.push({ type: "refused", ...refusal });
  }

  private takeFromConversation(output: Exclude<ConversationOutput, Wake>, now: Instant): void {
    switch (output.type) {
      case "send":
        this.sendPacket({ type: "channel", body: output.body });
        return;
      case "heard":
        if (output.id === GROUP_LINK) return this.proven(now);
        return this.stepExchange({ type: "heard", id: output.id }, now);
      case "relink-due":
        return this.stepExchange({ type: "call" }, now);
      case "drop":
        this.outputs.push({ type: "drop", code: output.code, from: this.peer.number });
        return output.code === "channel.unknown-token" ? this.mend(now) : undefined;
      case "deliver":
        return this.deliver(output);
      default:
        this.outputs.push(output);
    }
  }

  private keyed({ keys }: PairInput & { type: "keyed" }, now: Instant): void {
    const { current } = this.trust;
    if (this.up || current?.mode !== "link") {
      for (const key of [keys.sendKey, keys.receiveKey]) key.fill(0);
      return;
    }
    const [pin] = current.pins;
    this.awaited = { ...pin, label: undefined, next: 0n };
    this.stepConversation(
      { type: "install", id: GROUP_LINK, ...keys, tentative: false, greet: false, peerNext: 0n },
      now,
    );
  }

  /** The peer was heard under the keys of a group link. */
  private proven(now: Instant): void {
    const { awaited } = this;
    if (awaited === undefined) return;
    this.awaited = undefined;
    this.outputs.push({ type: "up", peer: awaited });
    this.sayFollowing(this.following.confirmed(0n), now);
  }

  private confirmed({ id, at }: { readonly id: number; readonly at: bigint }, now: Instant): void {
    const peer = this.tentative.get(id);
    this.tentative.delete(id);
    if (peer === undefined) return;
    this.awaited = undefined;
    this.trust.settle(peer);
    this.outputs.push({ type: "up", peer });
    this.sayFollowing(this.following.confirmed(at), now);
  }

  private provide(messages: readonly HandshakeMessage[], now: Instant): void {
    const contents = this.following.provide(messages);
    if (contents === undefined) this.stepExchange({ type: "keep-alive" }, now);
    else this.sayFollowing(contents, now);
  }

  private sayFollowing(contents: readonly Uint8Array[], now: Instant): void {
    for (const data of contents) this.stepConversation({ type: "control", kind: FrameKind.HS, data }, now);
  }

  private deliver(output: ConversationOutput & { type: "deliver" }): void {
    if (output.kind !== FrameKind.HS) return void this.outputs.push(output);
    const followed = this.following.receive(output.content);
    this.outputs.push(followed.type === "drop" ? { ...followed, from: this.peer.number } : followed);
  }

  private mend(now: Instant): void {
    const { trust, conversation, restored } = this;
    const possible = conversation.live || (restored && trust.current !== undefined);
    if (this.mending.begin(possible, now)) this.stepExchange({ type: "call" }, now);
  }

  private sendPacket(packet: Parameters<typeof encodePacket>[0]): void {
    this.outputs.push({ type: "send", bytes: encodePacket(packet) });
  }
}
