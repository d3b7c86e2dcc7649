import type { Clock } from "../clock.ts";
import type { Found, Lookups } from "./common-limits.ts";

const WINDOW = 60_000;
/** From this many addresses on, those are dropped whose failures are long ago. */
const MANY = 10_000;
/** Milliseconds between two looks through all of them: many addresses that fail at once cost no more. */
const PAUSE = 1_000;

/**
 * Counts failed look-ups by address within the last minute. Addresses, as `networkOf` writes them, stay in memory and
 * only as long as they count.
 */
export class LookupLimit implements Lookups {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #failures = new Map<string, number[]>();
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, max: number) {
    this.#clock = clock;
    this.#max = max;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#failures.size;
  }

  async attempt<Answer>(address: string, look: () => Promise<Found<Answer>>): Promise<Answer | undefined> {
    if (this.#recent(address).length >= this.#max) return undefined;
    const { isFound, answer } = await look();
    if (!isFound) this.#fail(address);
    return answer;
  }

  #fail(address: string): void {
    const now = this.#clock.now();
    this.#failures.set(address, [...this.#recent(address), now]);
    if (this.#failures.size <= MANY || now - this.#sweptAt < PAUSE) return;
    this.#sweptAt = now;
    for (const other of this.#failures.keys()) if (this.#recent(other).length === 0) this.#failures.delete(other);
  }

  #recent(address: string): readonly number[] {
    const since = this.#clock.now() - WINDOW;
    return (this.#failures.get(address) ?? []).filter((time) => time > since);
  }
}
