/** Bytes of a bundle, and of what lives in it. */
export interface Fill {
  readonly size: number;
  readonly living: number;
}

/** How full what is not there is. */
export const NOTHING: Fill = { size: 0, living: 0 };

/** Bytes of dead entries that are kept in any case. */
const KEPT = 16 * 1024 * 1024;

/** How full the rows of bundles are. */
export class Fills {
  readonly #kept: number;
  readonly #fills = new Map<number, Fill>();
  /** Those of which at least half is dead, the ones that became so first in front. */
  readonly #sparse = new Set<number>();
  #sum = NOTHING;

  constructor(kept = KEPT) {
    this.#kept = kept;
  }

  /** Whether more is dead than alive, beyond what is kept in any case, and something can be done about it. */
  get isWasteful(): boolean {
    return this.#sum.size - this.#sum.living > Math.max(this.#kept, this.#sum.living) && this.#sparse.size > 0;
  }

  get(id: number): Fill | undefined {
    return this.#fills.get(id);
  }

  /** Undefined: there is no such row any more. */
  put(id: number, fill: Fill | undefined): void {
    const { size, living } = this.#fills.get(id) ?? NOTHING;
    const now = fill ?? NOTHING;
    this.#sum = { size: this.#sum.size + now.size - size, living: this.#sum.living + now.living - living };
    if (fill === undefined) this.#fills.delete(id);
    else this.#fills.set(id, fill);
    if (fill !== undefined && 2 * fill.living <= fill.size) this.#sparse.add(id);
    else this.#sparse.delete(id);
  }

  /** Takes the next row of which at least half is dead. It is not given again before more of it is dead. */
  takeSparse(): number | undefined {
    for (const id of this.#sparse) {
      this.#sparse.delete(id);
      return id;
    }
    return undefined;
  }
}
