import { UsageError } from "@countersign/wire";
import { type ChannelContent, ReliableChannel, type ReliableOutput } from "../reliable/reliable-channel.ts";
import type { ChannelInput, ChannelOptions, ChannelOutput, IncomingContent, OutgoingContent } from "./channel-types.ts";
import { encodeChannelContent, MAX_INNER, OWN_KEYS } from "./content.ts";
import { type ChannelEvent, type ChannelState, channelTransitions } from "./transitions.ts";

/** Milliseconds without a sign of a peer that is waited for. */
const TIMEOUT = 30_000;
/** Packets of a reliable channel that wait for room at the other end. */
const MAX_WAITING = 100;
/** Bytes that a reliable channel adds to a packet at most, but for a `miss`, which goes alone where there is no room. */
const NUMBERS = ',"seq":4294967295,"ack":4294967295'.length;
const NOTHING = new Uint8Array(0);

/**
 * One channel at one end (telehash v3, "Channels"; spec 0009, section 8). Synchronous, without a clock; whatever packets
 * hold, it does not throw.
 */
export class E3xChannel {
  private readonly options: ChannelOptions;
  private readonly timeoutMs: number;
  private readonly reliable: ReliableChannel | undefined;
  private readonly waiting: ChannelContent[] = [];
  private current: ChannelState;
  private opened = false;
  /** When a packet of the peer came last; at first, when the channel was opened. */
  private heardAt: number;
  /** When the application said something last. */
  private spokenAt: number;
  private retryAt: number | undefined;
  /** The number of the peer's last packet, 0 on a channel without numbers; undefined while it has not ended. */
  private lastOfPeer: number | undefined;
  private outputs: ChannelOutput[] = [];

  /** `now` in milliseconds of a clock that never goes back. */
  constructor(options: ChannelOptions, now: number) {
    this.options = options;
    this.timeoutMs = options.timeoutMs ?? TIMEOUT;
    this.reliable = options.reliable ? new ReliableChannel() : undefined;
    this.current = options.opener === "self" ? "opening" : "offered";
    this.heardAt = now;
    this.spokenAt = now;
  }

  /** Where the channel stands. */
  get state(): ChannelState {
    return this.current;
  }

  /** Whether content is accepted now: the end was not sent, and not too much waits for room. */
  get writable(): boolean {
    return !this.refuses("send") && this.waiting.length < MAX_WAITING;
  }

  /** When `time` is to be stepped; undefined: nothing is due. */
  get due(): number | undefined {
    const { retryAt, deadline } = this;
    return retryAt === undefined || deadline === undefined ? (retryAt ?? deadline) : Math.min(retryAt, deadline);
  }

  /** The peer can hear this channel only from now on: its time begins anew. */
  restart(now: number): void {
    this.heardAt = now;
    this.spokenAt = now;
  }

  /** Throws `UsageError` for wrong calls only. */
  step(input: ChannelInput, now: number): readonly ChannelOutput[] {
    this.outputs = [];
    if (input.type === "send") this.send(input.content, now);
    else if (input.type === "packet") this.hear(input.content, now);
    else if (input.type === "processed") this.processed(now);
    else if (input.type === "fail") this.fail(input.err);
    else if (input.type === "reset") this.fire("reset", { err: "reset" });
    else this.time(now);
    this.settle();
    return this.outputs;
  }

  private send({ json = {}, body = NOTHING, end = false }: OutgoingContent, now: number): void {
    const event = end ? "send-end" : "send";
    if (this.refuses(event)) throw new UsageError("usage.channel-ended", "nothing is sent after the end");
    if (!this.writable) throw new UsageError("usage.not-writable", "too much waits for room at the other end");
    if (OWN_KEYS.some((key) => Object.hasOwn(json, key))) {
      throw new UsageError("usage.reserved-key", `${OWN_KEYS.join(", ")} are the channel's own`);
    }
    const { id, type, opener } = this.options;
    const first = opener === "self" && !this.opened ? { type } : {};
    const content = { json: { c: id, ...first, ...json, ...(end ? { end } : {}) }, body: body.slice() };
    const inner = checked(content, this.reliable === undefined ? 0 : NUMBERS);
    this.opened = true;
    this.spokenAt = now;
    if (this.reliable === undefined) this.outputs.push({ type: "transmit", inner });
    else this.waiting.push(content);
    this.fire(event);
    this.pump(now);
  }

  /** Hands waiting content to the reliable channel as far as the other end has room. */
  private pump(now: number): void {
    while (this.reliable?.writable) {
      const content = this.waiting.shift();
      if (content === undefined) return;
      this.take(this.reliable.step({ type: "send", content }, now), now);
    }
  }

  private hear(content: ChannelContent, now: number): void {
    if (Object.hasOwn(content.json, "err")) return this.fire("err", { err: wordsOf(content.json["err"]) });
    if (this.current === "closed" || this.isAfterEnd(content)) return this.fire("content");
    if (this.reliable === undefined) {
      this.heardAt = now;
      return this.deliver(content, now);
    }
    const outputs = this.reliable.step({ type: "packet", content }, now);
    const ignored = outputs.some(
      (output) =>
        output.type === "drop" && (output.code === "reliable.malformed" || output.code === "reliable.ack-ahead"),
    );
    if (!ignored) this.heardAt = now;
    if (!ignored && !outputs.some(({ type }) => type === "deliver")) this.fire("heard");
    this.take(outputs, now);
    this.pump(now);
  }

  private processed(now: number): void {
    if (this.current === "closed") return;
    const last = this.lastOfPeer !== undefined;
    const outputs = this.reliable?.step({ type: "processed", last }, now) ?? [];
    this.fire("processed");
    this.take(outputs, now);
  }

  private fail(err: string): void {
    checked({ json: { c: this.options.id, err }, body: NOTHING }, 0);
    this.fire("fail", { err });
  }

  private time(now: number): void {
    if (this.reliable !== undefined && this.current !== "closed") {
      this.take(this.reliable.step({ type: "time" }, now), now);
    }
    if (this.deadline !== undefined && now >= this.deadline) this.fire("timeout", { err: "timeout" });
  }

  /** Does what the reliable channel says. */
  private take(outputs: readonly ReliableOutput[], now: number): void {
    for (const output of outputs) {
      if (output.type === "transmit") this.transmit(output.content);
      else if (output.type === "deliver") this.deliver(output.content, now);
      else if (output.type === "wake") this.retryAt = this.current === "closed" ? undefined : output.at;
      else this.outputs.push(output);
    }
  }

  private transmit({ json, body }: ChannelContent): void {
    const c = this.options.id;
    const inner = encodeChannelContent({ json: { c, ...json }, body });
    if (inner.length <= MAX_INNER) return void this.outputs.push({ type: "transmit", inner });
    const { miss, ...rest } = json;
    for (const part of [
      { json: { c, ...rest }, body },
      { json: { c, ack: json["ack"], miss }, body: NOTHING },
    ]) {
      this.outputs.push({ type: "transmit", inner: encodeChannelContent(part) });
    }
  }

  private deliver({ json: all, body }: ChannelContent, now: number): void {
    const json = Object.fromEntries(Object.entries(all).filter(([key]) => !OWN_KEYS.includes(key)));
    const end = Object.hasOwn(all, "end") && all["end"] === true;
    const event = end ? "end" : "content";
    const delivered = channelTransitions[this.current][event].actions.some((action) => action === "deliver");
    if (delivered && end) this.lastOfPeer = this.reliable === undefined ? 0 : Number(all["seq"]);
    this.fire(event, { content: { json, body, end } });
    // What comes after an end is nobody's to process.
    if (!delivered && this.reliable?.processing) this.take(this.reliable.step({ type: "processed" }, now), now);
  }

  /** Executes one cell of the table. */
  private fire(event: ChannelEvent, about: { readonly err?: string; readonly content?: IncomingContent } = {}): void {
    const { next, actions } = channelTransitions[this.current][event];
    this.current = next;
    for (const action of actions) {
      if (action === "drop") this.drop();
      else if (action === "report") this.outputs.push({ type: "closed", err: about.err });
      else if (action === "deliver" && about.content !== undefined) {
        this.outputs.push({ type: "deliver", content: about.content });
      } else if (action === "tell-peer") this.transmit({ json: { err: about.err }, body: NOTHING });
    }
    if (next !== "closed") return;
    this.waiting.length = 0;
    this.retryAt = undefined;
  }

  /** Whether nothing is owed any more follows from no single event. */
  private settle(): void {
    const owes = this.reliable?.unconfirmedSince !== undefined || this.waiting.length > 0;
    if (!owes && this.reliable?.processing !== true) this.fire("settled");
    // What repeats itself without numbers is dropped before it comes here, so there is nothing to stay for.
    if (this.current === "done" && this.reliable === undefined) this.fire("timeout");
  }

  private isAfterEnd({ json }: ChannelContent): boolean {
    const { lastOfPeer, reliable } = this;
    if (lastOfPeer === undefined) return false;
    return reliable === undefined || (typeof json["seq"] === "number" && json["seq"] > lastOfPeer);
  }

  private refuses(event: "send" | "send-end"): boolean {
    return channelTransitions[this.current][event].actions.some((action) => action === "refuse");
  }

  private drop(): void {
    const code = this.current === "closed" ? "channel.closed" : "channel.after-end";
    this.outputs.push({ type: "drop", code });
  }

  /** When the peer has been silent for too long, if it is waited for. */
  private get deadline(): number | undefined {
    const { current, timeoutMs } = this;
    if (current === "closed") return undefined;
    if (current === "opening") return this.heardAt + timeoutMs;
    if (current !== "open" && current !== "lingering") return Math.max(this.heardAt, this.spokenAt) + timeoutMs;
    const since = this.reliable?.unconfirmedSince;
    return since === undefined ? undefined : Math.max(since, this.heardAt) + timeoutMs;
  }
}

/** The inner packet of this content. Throws `UsageError` where it leaves no room for what comes on top. */
function checked(content: ChannelContent, onTop: number): Uint8Array {
  const inner = encodeChannelContent(content);
  if (inner.length + onTop <= MAX_INNER) return inner;
  throw new UsageError("usage.too-long", `an inner packet has ${MAX_INNER} bytes at most`);
}

function wordsOf(err: unknown): string {
  return typeof err === "string" ? err : "error";
}
