/** Milliseconds of a rate that may be used up at once, after as long a rest. */
export const BURST = 1_000;
/** Sums of fractions of a millisecond are not exact. */
const TOLERANCE = 1e-6;

/**
 * A rate: so many in a second, and as many at once after a second of rest, or after another time that is given in
 * milliseconds. It is one number, the time at which it will have recovered, so that it needs no timer.
 */
export class TokenBucket {
  /** Milliseconds until one is given back. */
  readonly #each: number;
  readonly #burst: number;
  #fullAt = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number, burst: number = BURST) {
    this.#each = 1_000 / perSecond;
    this.#burst = burst;
  }

  /** Whole milliseconds from `now` on until `amount` can be taken. 0: now. */
  wait(amount: number, now: number): number {
    const excess = Math.max(this.#fullAt - now, 0) + amount * this.#each - this.#burst;
    return Math.max(0, Math.ceil(excess - TOLERANCE));
  }

  /** How many whole ones can be taken. */
  left(now: number): number {
    return Math.max(0, Math.floor((this.#burst - this.recovery(now)) / this.#each + TOLERANCE));
  }

  /** Milliseconds until it is as if nothing had ever been taken. */
  recovery(now: number): number {
    return Math.max(0, this.#fullAt - now);
  }

  take(amount: number, now: number): void {
    this.#fullAt = Math.max(this.#fullAt, now) + amount * this.#each;
  }

  /** Has nothing left for so many milliseconds at least. */
  owe(milliseconds: number, now: number): void {
    this.#fullAt = Math.max(this.#fullAt, now + this.#burst + milliseconds);
  }

  /** For what has happened already: takes it even if it is not there, but never more than another burst. */
  charge(amount: number, now: number): void {
    this.take(amount, now);
    this.#fullAt = Math.min(this.#fullAt, now + 2 * this.#burst);
  }
}
