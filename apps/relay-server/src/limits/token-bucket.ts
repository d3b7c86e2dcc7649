/** Milliseconds of a rate that may be used up at once, after as long a rest. */
export const BURST = 1_000;
/** Sums of fractions of a millisecond are not exact. */
const TOLERANCE = 1e-6;

/**
 * A rate: so many in a second, and as many at once after a second of rest. It is one number, the time at which it will
 * have recovered, so that it needs no timer.
 */
export class TokenBucket {
  /** Milliseconds until one is given back. */
  readonly #each: number;
  #fullAt = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number) {
    this.#each = 1_000 / perSecond;
  }

  /** Whole milliseconds from `now` on until `amount` can be taken. 0: now. */
  wait(amount: number, now: number): number {
    const excess = Math.max(this.#fullAt - now, 0) + amount * this.#each - BURST;
    return Math.max(0, Math.ceil(excess - TOLERANCE));
  }

  take(amount: number, now: number): void {
    this.#fullAt = Math.max(this.#fullAt, now) + amount * this.#each;
  }

  /** Has nothing left for so many milliseconds at least. */
  owe(milliseconds: number, now: number): void {
    this.#fullAt = Math.max(this.#fullAt, now + BURST + milliseconds);
  }

  /** For what has happened already: takes it even if it is not there, but never more than another burst. */
  charge(amount: number, now: number): void {
    this.take(amount, now);
    this.#fullAt = Math.min(this.#fullAt, now + 2 * BURST);
  }
}
