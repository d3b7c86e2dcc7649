import { encodeHex } from "@countersign/wire";
import { KEY_LENGTH } from "../cs3a/nacl.ts";
import type { LinkedPeer } from "./linked-peer.ts";

/** Peers behind one path whose handshakes are told apart by their AUTH. */
const MOST_PER_PATH = 8;
/** Ephemeral keys that are kept for each peer: that of its exchange, and that of the one before. */
const KEYS_PER_PEER = 2;

/** The peers of an endpoint, found by what a packet shows of its sender. */
export class KnownPeers<Path> {
  private readonly byHashname = new Map<string, LinkedPeer<Path>>();
  private readonly byToken = new Map<string, LinkedPeer<Path>>();
  private readonly tokens = new Map<LinkedPeer<Path>, string>();
  private readonly byKey = new Map<string, LinkedPeer<Path>>();

  get all(): readonly LinkedPeer<Path>[] {
    return [...this.byHashname.values()];
  }

  get(hashname: string): LinkedPeer<Path> | undefined {
    return this.byHashname.get(hashname);
  }

  /** Whom a channel packet with this token is from. */
  ofToken(token: Uint8Array): LinkedPeer<Path> | undefined {
    return this.byToken.get(encodeHex(token));
  }

  /**
   * Who made a handshake, as far as it can be told without decrypting it: by its KEY, which nobody but that peer can speak
   * under, or by where it comes from and AUTH.
   */
  senderOf(body: Uint8Array, path: Path): LinkedPeer<Path> | undefined {
    const known = this.byKey.get(nameOf(body));
    if (known !== undefined) return known;
    let tries = 0;
    for (const peer of this.byHashname.values()) {
      if (peer.path !== path) continue;
      if (++tries > MOST_PER_PATH) return undefined;
      if (peer.made(body)) return peer;
    }
    return undefined;
  }

  /** If this is the first handshake under a KEY of this peer's own: its next one under it is found at once. */
  remember(body: Uint8Array, peer: LinkedPeer<Path>): void {
    const name = nameOf(body);
    if (this.byKey.get(name) === peer || this.get(peer.hashname) !== peer || !peer.isIntroducedBy(body)) return;
    this.byKey.set(name, peer);
    const names = [...this.byKey].flatMap(([old, owner]) => (owner === peer ? [old] : []));
    for (const old of names.slice(0, -KEYS_PER_PEER)) this.byKey.delete(old);
  }

  add(peer: LinkedPeer<Path>): void {
    this.byHashname.set(peer.hashname, peer);
  }

  /** Takes note of the token under which a peer is found, which changes with its exchanges. */
  update(peer: LinkedPeer<Path>): void {
    const token = this.byHashname.get(peer.hashname) === peer ? peer.token : undefined;
    const before = this.tokens.get(peer);
    if (before === token) return;
    if (before !== undefined) this.byToken.delete(before);
    this.tokens.delete(peer);
    if (token === undefined) return;
    this.tokens.set(peer, token);
    this.byToken.set(token, peer);
  }

  delete(peer: LinkedPeer<Path>): void {
    this.byHashname.delete(peer.hashname);
    this.update(peer);
    for (const [name, owner] of this.byKey) if (owner === peer) this.byKey.delete(name);
  }
}

function nameOf(body: Uint8Array): string {
  return encodeHex(body.subarray(0, KEY_LENGTH));
}
