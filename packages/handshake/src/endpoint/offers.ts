import type { LinkedPeer } from "./linked-peer.ts";

/** Offers that can still be decided; older ones are long gone at their peers. */
const MOST_OFFERS = 1_024;

/** One handshake of one peer. */
interface Offer<Path> {
  readonly peer: LinkedPeer<Path>;
  /** As the peer's own machine names it. */
  readonly id: number;
}

/** The names of offers: one for each handshake of any peer, never used twice. */
export class Offers<Path> {
  private readonly byId = new Map<number, Offer<Path>>();
  private nextId = 1;

  get(id: number): Offer<Path> | undefined {
    return this.byId.get(id);
  }

  /** The name of this handshake: the same each time that more of it is offered. */
  nameOf(peer: LinkedPeer<Path>, id: number): number {
    for (const [name, offer] of this.byId) if (offer.peer === peer && offer.id === id) return name;
    const name = this.nextId++;
    this.byId.set(name, { peer, id });
    const [oldest] = this.byId.keys();
    if (this.byId.size > MOST_OFFERS && oldest !== undefined) this.byId.delete(oldest);
    return name;
  }

  delete(peer: LinkedPeer<Path>): void {
    for (const [name, offer] of this.byId) if (offer.peer === peer) this.byId.delete(name);
  }
}
