import { UsageError } from "@countersign/wire";
import type { ChannelInput, ChannelOutput, IncomingContent, OutgoingContent } from "../e3x-channels/channel-types.ts";
import { type ChannelPacket, encodeChannelContent, LAST_CHANNEL } from "../e3x-channels/content.ts";
import { E3xChannel } from "../e3x-channels/e3x-channel.ts";
import { Order } from "../exchange/at.ts";
import { IncomingIds } from "./incoming-ids.ts";
import { SeenPackets } from "./seen-packets.ts";

/** Channels that may be open with one peer. */
const MOST_CHANNELS = 256;

/** What the channels of a peer want done. */
export type TableOutput =
  | { readonly type: "transmit"; readonly inner: Uint8Array }
  | {
      readonly type: "channel-opened";
      readonly channel: number;
      readonly channelType: string;
      readonly reliable: boolean;
      readonly opener: "self" | "peer";
    }
  | ({ readonly type: "deliver"; readonly channel: number } & IncomingContent)
  | { readonly type: "confirmed"; readonly channel: number; readonly seq: number }
  | { readonly type: "channel-closed"; readonly channel: number; readonly err: string | undefined }
  | { readonly type: "drop"; readonly code: string };

/** How a channel of ours is opened. */
export interface OpenOptions {
  readonly channelType: string;
  readonly reliable: boolean;
  readonly content: OutgoingContent;
  readonly timeoutMs: number | undefined;
}

interface Entry {
  readonly channel: E3xChannel;
  /** Only where packets have no numbers. */
  readonly seen: SeenPackets | undefined;
}

/** All channels with one peer. What they say while the peer is not up is held back. */
export class ChannelTable {
  private readonly order: Order;
  private readonly entries = new Map<number, Entry>();
  private nextId: number;
  private incoming = new IncomingIds();
  private up = false;
  private held: Uint8Array[] = [];
  private outputs: TableOutput[] = [];

  constructor(order: Order) {
    this.order = order;
    this.nextId = order === Order.ODD ? 1 : 2;
  }

  /** When `time` is to be called; undefined: nothing is due. */
  get due(): number | undefined {
    if (!this.up) return undefined;
    const moments = [...this.entries.values()].flatMap(({ channel }) => channel.due ?? []);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** Whether content may be sent on this channel now. */
  writable(id: number): boolean {
    return this.entries.get(id)?.channel.writable ?? false;
  }

  /** Opens a channel of ours. Throws `UsageError` for what cannot be sent, and where there are too many. */
  open({ channelType, reliable, content, timeoutMs }: OpenOptions, now: number): readonly TableOutput[] {
    if (this.entries.size >= MOST_CHANNELS || this.nextId > LAST_CHANNEL) {
      throw new UsageError("usage.too-many-channels", `with a peer there are ${MOST_CHANNELS} channels at most`);
    }
    const id = this.nextId;
    const options = { id, type: channelType, reliable, opener: "self" as const };
    const channel = new E3xChannel(timeoutMs === undefined ? options : { ...options, timeoutMs }, now);
    const outputs = channel.step({ type: "send", content }, now);
    this.nextId += 2;
    this.add(id, channel, reliable);
    this.outputs.push({ type: "channel-opened", channel: id, channelType, reliable, opener: "self" });
    this.take(id, outputs);
    return this.flush();
  }

  /** An input of the application. For a channel that is over nothing happens: who sends cannot know yet. */
  input(id: number, input: ChannelInput, now: number): readonly TableOutput[] {
    const entry = this.entries.get(id);
    if (entry !== undefined) this.take(id, entry.channel.step(input, now));
    else if (id >= this.nextId && this.isOurs(id)) throw new UsageError("usage.unknown-channel", "no such channel");
    else if (input.type === "send") this.drop("channel.closed");
    return this.flush();
  }

  /** An authentic packet. `nonce` is that of the packet it came in. */
  receive({ channel: id, content }: ChannelPacket, nonce: Uint8Array, now: number): readonly TableOutput[] {
    const entry = this.entries.get(id) ?? this.opened({ channel: id, content }, now);
    if (entry === undefined) return this.flush();
    const { channel, seen } = entry;
    if (seen?.full) this.take(id, channel.step({ type: "fail", err: "too many packets" }, now));
    else if (seen?.isNew(nonce) === false) this.drop("channel.repeated");
    else this.take(id, channel.step({ type: "packet", content }, now));
    return this.flush();
  }

  /** The peer is up: what waited leaves, and time begins. */
  release(now: number): readonly TableOutput[] {
    this.up = true;
    this.incoming = new IncomingIds();
    for (const { channel } of this.entries.values()) channel.restart(now);
    for (const inner of this.held.splice(0)) this.outputs.push({ type: "transmit", inner });
    return this.flush();
  }

  /** The exchange is over, and every channel with it. Ids go on, so that none of them ever means two channels here. */
  reset(now: number): readonly TableOutput[] {
    this.up = false;
    this.held = [];
    for (const [id, { channel }] of this.entries) this.take(id, channel.step({ type: "reset" }, now));
    return this.flush();
  }

  time(now: number): readonly TableOutput[] {
    for (const [id, { channel }] of this.entries) {
      if (this.up && channel.due !== undefined && now >= channel.due)
        this.take(id, channel.step({ type: "time" }, now));
    }
    return this.flush();
  }

  /** A channel that the peer opens with this packet; undefined where it may not. */
  private opened({ channel: id, content: { json } }: ChannelPacket, now: number): Entry | undefined {
    const type = Object.hasOwn(json, "type") ? json["type"] : undefined;
    if (typeof type !== "string" || Object.hasOwn(json, "err")) return this.drop("channel.unknown");
    if (this.isOurs(id)) return this.drop("channel.parity");
    if (!this.incoming.take(id)) return this.drop("channel.id");
    if (this.entries.size >= MOST_CHANNELS) {
      const json = { c: id, err: "too many channels" };
      this.transmit(encodeChannelContent({ json, body: new Uint8Array(0) }));
      return this.drop("channel.too-many");
    }
    const reliable = Object.hasOwn(json, "seq") && json["seq"] === 1;
    this.outputs.push({ type: "channel-opened", channel: id, channelType: type, reliable, opener: "peer" });
    return this.add(id, new E3xChannel({ id, type, reliable, opener: "peer" }, now), reliable);
  }

  private add(id: number, channel: E3xChannel, reliable: boolean): Entry {
    const entry = { channel, seen: reliable ? undefined : new SeenPackets() };
    this.entries.set(id, entry);
    return entry;
  }

  private take(id: number, outputs: readonly ChannelOutput[]): void {
    for (const output of outputs) {
      if (output.type === "transmit") this.transmit(output.inner);
      else if (output.type === "deliver") this.outputs.push({ type: "deliver", channel: id, ...output.content });
      else if (output.type === "confirmed") this.outputs.push({ type: "confirmed", channel: id, seq: output.seq });
      else if (output.type === "closed") this.outputs.push({ type: "channel-closed", channel: id, err: output.err });
      else this.drop(output.code);
    }
    if (this.entries.get(id)?.channel.state === "closed") this.entries.delete(id);
  }

  private transmit(inner: Uint8Array): void {
    if (this.up) this.outputs.push({ type: "transmit", inner });
    else this.held.push(inner);
  }

  private isOurs(id: number): boolean {
    return (id & 1) === Number(this.order);
  }

  private drop(code: string): undefined {
    this.outputs.push({ type: "drop", code });
  }

  private flush(): readonly TableOutput[] {
    const { outputs } = this;
    this.outputs = [];
    return outputs;
  }
}
