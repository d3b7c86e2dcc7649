import { decodePacket, TOKEN_LENGTH, UsageError } from "@countersign/wire";
import { CSID_3A } from "../cs3a/message.ts";
import type { ChannelInput } from "../e3x-channels/channel-types.ts";
import type { Instant, Machine } from "../machine.ts";
import { Acquaintances } from "./acquaintances.ts";
import type { ChannelName, EndpointInput, EndpointOptions, EndpointOutput } from "./endpoint-types.ts";
import type { LinkedPeer, PeerOutput } from "./linked-peer.ts";
import { Offers } from "./offers.ts";
import { checkOwnMessages } from "./own-messages.ts";
import { readPeerName } from "./peer-name.ts";

/** Packets above what fits a datagram over Ethernet are not looked at; those that are sent have 1,400 bytes at most. */
const MOST_BYTES = 1_472;

/**
 * An endpoint of telehash v3 with cipher set 3a: handshakes, exchanges and channels with any number of peers, without a
 * socket, a clock or a disk (spec 0009, section 9).
 */
export function createEndpoint<Path = string>(options: EndpointOptions): Endpoint<Path> {
  return new Endpoint(options);
}

/** See `createEndpoint`. */
export class Endpoint<Path> implements Machine<EndpointInput<Path>, EndpointOutput<Path>> {
  private readonly acquaintances: Acquaintances<Path>;
  private readonly offers = new Offers<Path>();
  private readonly persists = new Map<number, { readonly peer: LinkedPeer<Path>; readonly id: number }>();
  /** When each peer is to be given time: asking all of them at each packet would cost more than the packet. */
  private readonly dues = new Map<LinkedPeer<Path>, number>();
  private nextPersist = 1;
  private wakeAt: number | undefined;
  private outputs: EndpointOutput<Path>[] = [];

  constructor(options: EndpointOptions) {
    this.acquaintances = new Acquaintances(options);
  }

  /** This endpoint's own name, 52 characters. */
  get hashname(): string {
    return this.acquaintances.hashname;
  }

  /** Whether content is accepted on this channel now. */
  writable({ hashname, channel }: ChannelName): boolean {
    return this.acquaintances.known.get(hashname)?.writable(channel) ?? false;
  }

  step(input: EndpointInput<Path>, now: Instant): readonly EndpointOutput<Path>[] {
    this.outputs = [];
    this.take(input, now);
    if (this.wakeAt !== undefined && now.ms >= this.wakeAt) this.time(now);
    this.wake(input.type === "time");
    return this.outputs;
  }

  private take(input: EndpointInput<Path>, now: Instant): void {
    const { acquaintances } = this;
    switch (input.type) {
      case "link": {
        const peer = acquaintances.meet(readPeerName(input.peer), input.path);
        if (peer === undefined) return;
        peer.path = input.path;
        acquaintances.strangers.delete(peer);
        return this.say(peer, peer.call(now), now);
      }
      case "packet":
        return this.packet(input.bytes, input.path, now);
      case "accept":
      case "refuse":
        return this.decide(input.type, input.id, now);
      case "provide": {
        const { messages, hashname } = input;
        checkOwnMessages(messages);
        if (hashname === undefined) acquaintances.provide(messages);
        else this.peerOf(hashname);
        for (const peer of acquaintances.some(hashname)) this.say(peer, peer.provide(messages, now), now);
        return;
      }
      case "keep-alive":
        for (const peer of acquaintances.some(input.hashname)) this.say(peer, peer.keepAlive(now), now);
        return;
      case "open": {
        const { channelType, reliable, content = {}, timeoutMs } = input;
        const peer = this.peerOf(input.hashname);
        return this.say(peer, peer.openChannel({ channelType, reliable, content, timeoutMs }, now), now);
      }
      case "send":
        return this.channel(input, { type: "send", content: input.content }, now);
      case "processed":
        return this.channel(input, { type: "processed" }, now);
      case "fail":
        return this.channel(input, { type: "fail", err: input.err }, now);
      case "time":
        return this.time(now);
      case "persisted":
        return this.persisted(input.id, now);
      case "end":
        acquaintances.stopWaiting(input.hashname);
        for (const peer of acquaintances.some(input.hashname)) this.forget(peer, now);
        return;
      default:
        return input satisfies never;
    }
  }

  private packet(bytes: Uint8Array, path: Path, now: Instant): void {
    if (bytes.length > MOST_BYTES) return this.drop("wire.too-long");
    const packet = decodePacket(bytes);
    if (!packet.ok) return this.drop(packet.code);
    const { body } = packet.value;
    if (packet.value.type === "channel") {
      const peer = this.acquaintances.known.ofToken(body.subarray(0, TOKEN_LENGTH));
      return peer === undefined ? this.drop("endpoint.token") : this.say(peer, peer.packet(body, path, now), now);
    }
    if (packet.value.csid === CSID_3A) this.handshake(body, path, now);
    else this.drop("endpoint.cipher-set");
  }

  private handshake(body: Uint8Array, path: Path, now: Instant): void {
    const { known, strangers } = this.acquaintances;
    const sender = this.acquaintances.senderOf(body, path, now.ms);
    if ("code" in sender) return this.drop(sender.code);
    const { peer, instead } = sender;
    if (instead !== undefined) this.forget(instead, now);
    const early = strangers.takeEarly(body);
    const outputs = peer.handshake(body, path, now);
    this.say(peer, outputs, now);
    for (const one of early) this.say(peer, peer.handshake(one, path, now), now);
    // A replay is authentic, too, and must not push out the KEY that the peer has now.
    if (!outputs.some(({ type }) => type === "drop")) known.remember(body, peer);
  }

  private decide(type: "accept" | "refuse", name: number, now: Instant): void {
    const offer = this.offers.get(name);
    if (offer === undefined) return;
    if (type === "refuse") this.acquaintances.strangers.refused(offer.peer, now.ms);
    this.say(offer.peer, offer.peer.decide(type, offer.id, now), now);
  }

  private channel({ hashname, channel }: ChannelName, input: ChannelInput, now: Instant): void {
    const peer = this.acquaintances.known.get(hashname);
    if (peer !== undefined) this.say(peer, peer.channel(channel, input, now), now);
    else if (input.type === "send") this.drop("channel.closed");
  }

  private time(now: Instant): void {
    const { strangers } = this.acquaintances;
    for (const [peer, due] of [...this.dues]) if (now.ms >= due) this.say(peer, peer.time(now), now);
    for (const peer of strangers.expired(now.ms)) this.forget(peer, now);
  }

  private persisted(name: number, now: Instant): void {
    const persist = this.persists.get(name);
    this.persists.delete(name);
    if (persist !== undefined) this.say(persist.peer, persist.peer.persisted(persist.id, now), now);
  }

  private forget(peer: LinkedPeer<Path>, now: Instant): void {
    this.say(peer, peer.end(now), now);
    this.acquaintances.forget(peer);
    this.offers.delete(peer);
    this.dues.delete(peer);
    for (const [name, persist] of this.persists) if (persist.peer === peer) this.persists.delete(name);
  }

  /** Puts the peer's name to what it wants done. */
  private say(peer: LinkedPeer<Path>, outputs: readonly PeerOutput<Path>[], now: Instant): void {
    const { hashname } = peer;
    const { known, strangers } = this.acquaintances;
    for (const output of outputs) {
      if (output.type === "send" || output.type === "drop") this.outputs.push(output);
      else if (output.type === "persist") this.persist(peer, output);
      else if (output.type === "offer") this.offer(peer, output);
      else if (output.type === "undecided") {
        if (strangers.has(peer)) this.forget(peer, now);
      } else {
        if (output.type === "up") strangers.delete(peer);
        this.outputs.push({ ...output, hashname });
      }
    }
    known.update(peer);
    const { due } = peer;
    if (due === undefined || known.get(hashname) !== peer) this.dues.delete(peer);
    else this.dues.set(peer, due);
  }

  private offer(peer: LinkedPeer<Path>, offer: Extract<PeerOutput<Path>, { type: "offer" }>): void {
    const { strangers } = this.acquaintances;
    const { at, role, messages, path } = offer;
    const stranger = strangers.has(peer);
    if (stranger) strangers.offered(peer);
    const id = this.offers.nameOf(peer, offer.id);
    this.outputs.push({ type: "offer", id, hashname: peer.hashname, at, role, messages, stranger, path });
  }

  private persist(peer: LinkedPeer<Path>, { id, entry: at }: Extract<PeerOutput<Path>, { type: "persist" }>): void {
    this.acquaintances.highest.set(peer.hashname, at);
    const name = this.nextPersist++;
    this.persists.set(name, { peer, id });
    this.outputs.push({ type: "persist", id: name, entry: { hashname: peer.hashname, at } });
  }

  private peerOf(hashname: string): LinkedPeer<Path> {
    const peer = this.acquaintances.known.get(hashname);
    if (peer === undefined) throw new UsageError("usage.unknown-peer", "link to a peer, or accept it, first");
    return peer;
  }

  private drop(code: string): void {
    this.outputs.push({ type: "drop", code });
  }

  /** Says when `time` is due next, if that has changed; to who comes with it at the wrong moment, in any case. */
  private wake(asked: boolean): void {
    let at = this.acquaintances.strangers.due;
    for (const due of this.dues.values()) if (at === undefined || due < at) at = due;
    if (asked || at !== this.wakeAt) this.outputs.push({ type: "wake", at });
    this.wakeAt = at;
  }
}
