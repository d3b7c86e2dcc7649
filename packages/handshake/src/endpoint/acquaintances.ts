import { UsageError } from "@countersign/wire";
import { CipherSet3a } from "../cs3a/cipher-set3a.ts";
import { CSID_3A } from "../cs3a/message.ts";
import { orderOf } from "../exchange/at.ts";
import type { HandshakeMessage } from "../exchange/message-group.ts";
import { formatHashname, type HashnamePart, rollUp } from "../hashname/hashname.ts";
import { createLink } from "../link/link.ts";
import { CSID_KEY } from "../link/old-form.ts";
import type { EndpointOptions } from "./endpoint-types.ts";
import { KnownPeers } from "./known-peers.ts";
import { LinkedPeer } from "./linked-peer.ts";
import { checkLength, checkOwnMessages } from "./own-messages.ts";
import type { ReadPeerName } from "./peer-name.ts";
import { Strangers } from "./strangers.ts";

const STRANGERS = { burst: 32, perSecond: 16 } as const;

/** Who made a handshake, or why nobody knows; `instead`: a stranger who has to make room for this one. */
export type Sender<Path> =
  | { readonly peer: LinkedPeer<Path>; readonly instead?: LinkedPeer<Path> }
  | { readonly code: string };

/** Whom an endpoint knows, how it gets to know others, and what it says of itself to all of them. */
export class Acquaintances<Path> {
  /** This endpoint's own name, 52 characters. */
  readonly hashname: string;
  readonly known = new KnownPeers<Path>();
  readonly strangers: Strangers<Path>;
  /** The highest `at` with each peer, also of those that were forgotten. */
  readonly highest: Map<string, bigint>;
  private readonly options: EndpointOptions;
  private readonly link: HandshakeMessage;
  private messages: ReadonlyMap<string, HandshakeMessage>;
  /** Those that are waited for, of whom only the hashname is known. */
  private readonly awaited = new Set<string>();

  constructor(options: EndpointOptions) {
    const { keys, intermediates = {}, dh, randomBytes, messages = [], highest = new Map(), strangers } = options;
    const own = keys["3a"];
    const parts = partsOf(own.publicKey, intermediates);
    const rolled = rollUp(parts);
    if (!rolled.ok) throw new UsageError("usage.hashname", rolled.detail);
    this.hashname = formatHashname(rolled.value);
    this.link = checkLength(createLink(CSID_3A, parts));
    this.options = options;
    this.messages = new Map(checkOwnMessages(messages).map((message) => [message.type, message]));
    this.highest = new Map(highest);
    this.strangers = new Strangers({ dh, own, randomBytes, budget: strangers ?? STRANGERS });
  }

  /** What is said to whoever is met from now on. */
  provide(messages: readonly HandshakeMessage[]): void {
    this.messages = new Map([...this.messages, ...messages.map((message) => [message.type, message] as const)]);
  }

  /** The peer of this name; undefined where its key is not known, so that it has to come by itself. */
  meet({ hashname, key }: ReadPeerName, path: Path): LinkedPeer<Path> | undefined {
    const known = this.known.get(hashname);
    if (known !== undefined) return known;
    if (key === undefined) return void this.awaited.add(hashname);
    const { dh, keys, randomBytes } = this.options;
    const set = CipherSet3a.create({ dh, own: keys["3a"], peer: { key, hashname }, randomBytes });
    if (!set.ok) throw new UsageError("usage.peer-name", "a key that is none");
    return this.add(set.value, path);
  }

  /** Who made a handshake. What it takes to find that out of an unknown sender is bounded. */
  senderOf(body: Uint8Array, path: Path, now: number): Sender<Path> {
    const known = this.known.senderOf(body, path);
    if (known !== undefined) return { peer: known };
    const identified = this.strangers.identify(body, now);
    if (!identified.ok) return identified;
    const { hashname } = identified.set.peer;
    const elsewhere = this.known.get(hashname);
    const awaited = this.awaited.has(hashname);
    const { free, instead } = awaited ? { free: true } : this.strangers.room();
    if (elsewhere !== undefined || !free) identified.set.destroy();
    if (elsewhere !== undefined) return { peer: elsewhere };
    if (!free) return { code: "endpoint.crowded" };
    this.awaited.delete(hashname);
    const peer = this.add(identified.set, path);
    if (!awaited) this.strangers.offered(peer);
    return instead === undefined ? { peer } : { peer, instead };
  }

  /** Those with this name, or all. */
  some(hashname: string | undefined): readonly LinkedPeer<Path>[] {
    if (hashname === undefined) return this.known.all;
    const peer = this.known.get(hashname);
    return peer === undefined ? [] : [peer];
  }

  forget(peer: LinkedPeer<Path>): void {
    this.known.delete(peer);
    this.strangers.delete(peer);
  }

  /** Waits no longer for whom only the hashname is known of. */
  stopWaiting(hashname: string | undefined): void {
    if (hashname === undefined) this.awaited.clear();
    else this.awaited.delete(hashname);
  }

  private add(set: CipherSet3a, path: Path): LinkedPeer<Path> {
    const { randomBytes, keys } = this.options;
    const order = orderOf(keys["3a"].publicKey, set.peer.key);
    const highest = this.highest.get(set.peer.hashname) ?? 0n;
    const messages = [this.link, ...this.messages.values()];
    const peer = new LinkedPeer({ set, order, highest, messages, randomBytes, path });
    this.known.add(peer);
    return peer;
  }
}

function partsOf(key: Uint8Array, intermediates: Readonly<Record<string, Uint8Array>>): readonly HashnamePart[] {
  const others = Object.entries(intermediates).map(([csid, intermediate]): HashnamePart => {
    if (!CSID_KEY.test(csid)) throw new UsageError("usage.csid", "a CSID is two digits of lower-case hexadecimal");
    return { csid: Number.parseInt(csid, 16), intermediate };
  });
  return [{ csid: CSID_3A, key }, ...others];
}
