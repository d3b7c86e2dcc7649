import { decodePacket, TOKEN_LENGTH, UsageError } from "@countersign/wire";
import { CipherSet3a } from "../cs3a/cipher-set3a.ts";
import { CSID_3A } from "../cs3a/message.ts";
import type { ChannelInput } from "../e3x-channels/channel-types.ts";
import { orderOf } from "../exchange/at.ts";
import type { HandshakeMessage } from "../exchange/message-group.ts";
import { formatHashname, type HashnamePart, rollUp } from "../hashname/hashname.ts";
import { createLink } from "../link/link.ts";
import { CSID_KEY } from "../link/old-form.ts";
import type { Instant, Machine } from "../machine.ts";
import type { ChannelName, EndpointInput, EndpointOptions, EndpointOutput } from "./endpoint-types.ts";
import { KnownPeers } from "./known-peers.ts";
import { LinkedPeer, type PeerOutput } from "./linked-peer.ts";
import { Offers } from "./offers.ts";
import { checkOwnMessages } from "./own-messages.ts";
import { readPeerName } from "./peer-name.ts";
import { Strangers } from "./strangers.ts";

/** Packets above what fits a datagram over Ethernet are not looked at; those that are sent have 1,400 bytes at most. */
const MOST_BYTES = 1_472;
const STRANGERS = { burst: 32, perSecond: 16 } as const;

/**
 * An endpoint of telehash v3 with cipher set 3a: handshakes, exchanges and channels with any number of peers, without a
 * socket, a clock or a disk (spec 0009, section 9).
 */
export function createEndpoint<Path = string>(options: EndpointOptions): Endpoint<Path> {
  return new Endpoint(options);
}

/** See `createEndpoint`. */
export class Endpoint<Path> implements Machine<EndpointInput<Path>, EndpointOutput<Path>> {
  /** This endpoint's own name, 52 characters. */
  readonly hashname: string;
  private readonly options: EndpointOptions;
  private readonly link: HandshakeMessage;
  private messages: ReadonlyMap<string, HandshakeMessage>;
  private readonly highest: Map<string, bigint>;
  private readonly peers = new KnownPeers<Path>();
  private readonly strangers: Strangers<Path>;
  private readonly offers = new Offers<Path>();
  /** Peers that are waited for, of whom only the hashname is known. */
  private readonly awaited = new Set<string>();
  private readonly persists = new Map<number, { readonly peer: LinkedPeer<Path>; readonly id: number }>();
  private nextPersist = 1;
  private wakeAt: number | undefined;
  private outputs: EndpointOutput<Path>[] = [];

  constructor(options: EndpointOptions) {
    const { keys, intermediates = {}, dh, randomBytes, messages = [], highest = new Map(), strangers } = options;
    const own = keys["3a"];
    const others = Object.entries(intermediates).map(([csid, intermediate]): HashnamePart => {
      if (!CSID_KEY.test(csid)) throw new UsageError("usage.csid", "a CSID is two digits of lower-case hexadecimal");
      return { csid: Number.parseInt(csid, 16), intermediate };
    });
    const parts: HashnamePart[] = [{ csid: CSID_3A, key: own.publicKey }, ...others];
    this.link = createLink(CSID_3A, parts);
    const hashname = rollUp(parts);
    if (!hashname.ok) throw new UsageError("usage.hashname", hashname.detail);
    this.hashname = formatHashname(hashname.value);
    this.options = options;
    this.messages = new Map(checkOwnMessages(messages).map((message) => [message.type, message]));
    this.highest = new Map(highest);
    this.strangers = new Strangers({ dh, own, randomBytes, budget: strangers ?? STRANGERS });
  }

  /** Whether content is accepted on this channel now. */
  writable({ hashname, channel }: ChannelName): boolean {
    return this.peers.get(hashname)?.writable(channel) ?? false;
  }

  step(input: EndpointInput<Path>, now: Instant): readonly EndpointOutput<Path>[] {
    this.outputs = [];
    this.take(input, now);
    if (this.wakeAt !== undefined && now.ms >= this.wakeAt) this.time(now);
    this.wake();
    return this.outputs;
  }

  private take(input: EndpointInput<Path>, now: Instant): void {
    switch (input.type) {
      case "link":
        return this.linkTo(input, now);
      case "packet":
        return this.packet(input.bytes, input.path, now);
      case "accept":
      case "refuse":
        return this.decide(input.type, input.id, now);
      case "provide":
        return this.provide(input, now);
      case "keep-alive": {
        const peers = input.hashname === undefined ? this.peers.all : [this.peerOf(input.hashname)];
        for (const peer of peers) this.say(peer, peer.keepAlive(now), now);
        return;
      }
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
        return this.end(input.hashname, now);
      default:
        return input satisfies never;
    }
  }

  private linkTo({ peer: name, path }: Extract<EndpointInput<Path>, { type: "link" }>, now: Instant): void {
    const { hashname, key } = readPeerName(name);
    let peer = this.peers.get(hashname);
    if (peer === undefined) {
      if (key === undefined) return void this.awaited.add(hashname);
      const { dh, keys, randomBytes } = this.options;
      const set = CipherSet3a.create({ dh, own: keys["3a"], peer: { key, hashname }, randomBytes });
      if (!set.ok) throw new UsageError("usage.peer-name", "a key that is none");
      peer = this.add(set.value, path);
    }
    peer.path = path;
    this.strangers.delete(peer);
    this.say(peer, peer.call(now), now);
  }

  private packet(bytes: Uint8Array, path: Path, now: Instant): void {
    if (bytes.length > MOST_BYTES) return this.drop("wire.too-long");
    const packet = decodePacket(bytes);
    if (!packet.ok) return this.drop(packet.code);
    const { body } = packet.value;
    if (packet.value.type === "channel") {
      const peer = this.peers.ofToken(body.subarray(0, TOKEN_LENGTH));
      return peer === undefined ? this.drop("endpoint.token") : this.say(peer, peer.packet(body, path, now), now);
    }
    if (packet.value.csid !== CSID_3A) return this.drop("endpoint.cipher-set");
    const peer = this.peers.senderOf(body, path) ?? this.stranger(body, path, now);
    if (peer !== undefined) this.say(peer, peer.handshake(body, path, now), now);
  }

  /** Finds out who an unknown sender is. */
  private stranger(body: Uint8Array, path: Path, now: Instant): LinkedPeer<Path> | undefined {
    const identified = this.strangers.identify(body, now.ms);
    if (!identified.ok) return this.drop(identified.code);
    const { hashname } = identified.set.peer;
    const known = this.peers.get(hashname);
    if (known !== undefined) return this.peers.remember(body, known);
    const { free, instead } = this.awaited.has(hashname) ? { free: true } : this.strangers.room();
    if (!free) return this.drop("endpoint.crowded");
    if (instead !== undefined) this.forget(instead, now);
    const peer = this.add(identified.set, path);
    if (!this.awaited.delete(hashname)) this.strangers.offered(peer);
    return this.peers.remember(body, peer);
  }

  private add(set: CipherSet3a, path: Path): LinkedPeer<Path> {
    const { randomBytes, keys } = this.options;
    const order = orderOf(keys["3a"].publicKey, set.peer.key);
    const highest = this.highest.get(set.peer.hashname) ?? 0n;
    const messages = [this.link, ...this.messages.values()];
    const peer = new LinkedPeer({ set, order, highest, messages, randomBytes, path });
    this.peers.add(peer);
    return peer;
  }

  private decide(type: "accept" | "refuse", name: number, now: Instant): void {
    const offer = this.offers.get(name);
    if (offer === undefined) return;
    if (type === "refuse") this.strangers.refused(offer.peer, now.ms);
    this.say(offer.peer, offer.peer.decide(type, offer.id, now), now);
  }

  private provide({ messages, hashname }: Extract<EndpointInput<Path>, { type: "provide" }>, now: Instant): void {
    checkOwnMessages(messages);
    const peers = hashname === undefined ? this.peers.all : [this.peerOf(hashname)];
    if (hashname === undefined) {
      this.messages = new Map([...this.messages, ...messages.map((message) => [message.type, message] as const)]);
    }
    for (const peer of peers) this.say(peer, peer.provide(messages, now), now);
  }

  private channel({ hashname, channel }: ChannelName, input: ChannelInput, now: Instant): void {
    const peer = this.peers.get(hashname);
    if (peer === undefined) this.drop("channel.closed");
    else this.say(peer, peer.channel(channel, input, now), now);
  }

  private time(now: Instant): void {
    for (const peer of this.peers.all) {
      if (peer.due !== undefined && now.ms >= peer.due) this.say(peer, peer.time(now), now);
    }
    for (const peer of this.strangers.expired(now.ms)) this.forget(peer, now);
  }

  private persisted(name: number, now: Instant): void {
    const persist = this.persists.get(name);
    this.persists.delete(name);
    if (persist !== undefined) this.say(persist.peer, persist.peer.persisted(persist.id, now), now);
  }

  private end(hashname: string | undefined, now: Instant): void {
    if (hashname === undefined) this.awaited.clear();
    else this.awaited.delete(hashname);
    const peers = hashname === undefined ? this.peers.all : [this.peers.get(hashname)];
    for (const peer of peers) if (peer !== undefined) this.forget(peer, now);
  }

  private forget(peer: LinkedPeer<Path>, now: Instant): void {
    this.say(peer, peer.end(now), now);
    this.peers.delete(peer);
    this.strangers.delete(peer);
    this.offers.delete(peer);
    for (const [name, persist] of this.persists) if (persist.peer === peer) this.persists.delete(name);
  }

  /** Puts the peer's name to what it wants done. */
  private say(peer: LinkedPeer<Path>, outputs: readonly PeerOutput<Path>[], now: Instant): void {
    const { hashname } = peer;
    for (const output of outputs) {
      if (output.type === "send" || output.type === "drop") this.outputs.push(output);
      else if (output.type === "persist") this.persist(peer, output);
      else if (output.type === "offer") this.offer(peer, output);
      else if (output.type === "undecided") {
        if (this.strangers.has(peer)) this.forget(peer, now);
      } else {
        if (output.type === "up") this.strangers.delete(peer);
        this.outputs.push({ ...output, hashname });
      }
    }
    this.peers.update(peer);
  }

  private offer(peer: LinkedPeer<Path>, offer: Extract<PeerOutput<Path>, { type: "offer" }>): void {
    const { at, role, messages, path } = offer;
    const stranger = this.strangers.has(peer);
    if (stranger) this.strangers.offered(peer);
    const id = this.offers.nameOf(peer, offer.id);
    this.outputs.push({ type: "offer", id, hashname: peer.hashname, at, role, messages, stranger, path });
  }

  private persist(peer: LinkedPeer<Path>, { id, entry: at }: Extract<PeerOutput<Path>, { type: "persist" }>): void {
    this.highest.set(peer.hashname, at);
    const name = this.nextPersist++;
    this.persists.set(name, { peer, id });
    this.outputs.push({ type: "persist", id: name, entry: { hashname: peer.hashname, at } });
  }

  private peerOf(hashname: string): LinkedPeer<Path> {
    const peer = this.peers.get(hashname);
    if (peer === undefined) throw new UsageError("usage.unknown-peer", "link to a peer, or accept it, first");
    return peer;
  }

  private drop(code: string): undefined {
    this.outputs.push({ type: "drop", code });
  }

  private wake(): void {
    const moments = [this.strangers.due, ...this.peers.all.map(({ due }) => due)].filter((due) => due !== undefined);
    const at = moments.length === 0 ? undefined : Math.min(...moments);
    if (at !== this.wakeAt) this.outputs.push({ type: "wake", at });
    this.wakeAt = at;
  }
}
