import type { LinkedPeer } from "./linked-peer.ts";

/** Offers of one peer that can still be decided, so that nobody can make those of others be forgotten. */
const MOST_PER_PEER = 8;

/** One handshake of one peer. */
interface Offer<Path> {
  readonly peer: LinkedPeer<Path>;
  /** As the peer's own machine names it. */
  readonly id: number;
}

/** The names of offers: one for each handshake of any peer, never used twice. */
export class Offers<Path> {
  private readonly byId = new Map<number, Offer<Path>>();
  private readonly byPeer = new Map<LinkedPeer<Path>, readonly number[]>();
  private nextId = 1;

  get(id: number): Offer<Path> | undefined {
    return this.byId.get(id);
  }

  /** The name of this handshake: the same each time that more of it is offered. */
  nameOf(peer: LinkedPeer<Path>, id: number): number {
    const names = this.byPeer.get(peer) ?? [];
    const known = names.find((name) => this.byId.get(name)?.id === id);
    if (known !== undefined) return known;
    const name = this.nextId++;
    this.byId.set(name, { peer, id });
    this.byPeer.set(peer, [...names, name].slice(-MOST_PER_PEER));
    for (const old of names.slice(0, 1 - MOST_PER_PEER)) this.byId.delete(old);
    return name;
  }

  delete(peer: LinkedPeer<Path>): void {
    for (const name of this.byPeer.get(peer) ?? []) this.byId.delete(name);
    this.byPeer.delete(peer);
  }
}
