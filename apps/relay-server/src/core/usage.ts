/** What somebody has made the relay keep. */
interface Share {
  weight: number;
  sessions: number;
}

const NOTHING: Share = { weight: 0, sessions: 0 };

/**
 * What the relay keeps, and for which address (of IPv6 its network): that of the client that has made a group, whoever
 * then fills it. None of this is stored, so what was there when the relay started is nobody's, and counts to the whole
 * only.
 */
export class Usage {
  readonly #shares = new Map<string, Share>();
  #weight = 0;

  /** Characters of all that is kept. */
  get weight(): number {
    return this.#weight;
  }

  of(owner: string): Readonly<Share> {
    return this.#shares.get(owner) ?? NOTHING;
  }

  /** Notes that more is kept, or less; null: of nobody. */
  add(owner: string | null, change: Share): void {
    this.#weight += change.weight;
    if (owner === null) return;
    const known = this.#shares.get(owner);
    const share = known ?? { ...NOTHING };
    share.weight += change.weight;
    share.sessions += change.sessions;
    if (share.weight === 0 && share.sessions === 0) this.#shares.delete(owner);
    else if (known === undefined) this.#shares.set(owner, share);
  }
}
