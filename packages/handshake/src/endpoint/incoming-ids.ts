/** How far below the highest a new channel may be: that many of the peer's ids, of which every second number is one. */
const WINDOW = 2 * 32;

/**
 * The channels that the peer has opened in this exchange: each once, each new one above the last, but that those on their
 * way at the same time may overtake each other.
 */
export class IncomingIds {
  private highest = 0;
  private readonly taken = new Set<number>();

  /** Whether the peer may open this one now; then it has. */
  take(id: number): boolean {
    if (id <= this.highest - WINDOW || this.taken.has(id)) return false;
    this.taken.add(id);
    if (id > this.highest) {
      this.highest = id;
      for (const old of this.taken) if (old <= id - WINDOW) this.taken.delete(old);
    }
    return true;
  }
}
