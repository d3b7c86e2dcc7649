import type { Fill } from "./fills.ts";
import type { JournalPlace } from "./journal.ts";

/** A bundle that is in the journal only. */
export interface AheadBundle {
  readonly place: JournalPlace;
  readonly fill: Fill;
}

/** The bundles that are in the journal only. */
export class Ahead {
  readonly #bundles = new Map<number, AheadBundle>();
  #living = 0;

  /** Bytes of what lives in them. */
  get living(): number {
    return this.#living;
  }

  get(id: number): AheadBundle | undefined {
    return this.#bundles.get(id);
  }

  /** Undefined: it is there no more. */
  put(id: number, bundle: AheadBundle | undefined): void {
    this.#living += (bundle?.fill.living ?? 0) - (this.#bundles.get(id)?.fill.living ?? 0);
    if (bundle === undefined) this.#bundles.delete(id);
    else this.#bundles.set(id, bundle);
  }

  /** In the order in which they were written. */
  ids(): number[] {
    return [...this.#bundles.keys()].sort((a, b) => a - b);
  }
}
