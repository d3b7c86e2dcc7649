/** How long an answer that is half open keeps its place against newer openings, in ms. */
const REST_BETWEEN_ANSWERS = 1_000;
/** How many openings may come to nothing one upon the other, and how long it takes until one more may, in ms. */
const BAD_AT_ONCE = 5;
const REST_AFTER_BAD = 100;

/**
 * Bounds what openings can make this end compute of which nothing is proven before that (spec 0003, section 3.3). It is a
 * limit, no state of the protocol: an honest opening comes again by its resend.
 */
export class OpeningPace {
  /** When all that came to nothing is forgiven. */
  private forgivenAt = Number.NEGATIVE_INFINITY;

  /** Whether an opening has to wait. `halfOpenSince`: when the half-open answer was begun that it would replace. */
  rests(now: number, halfOpenSince: number | undefined): boolean {
    if (this.forgivenAt - now > (BAD_AT_ONCE - 1) * REST_AFTER_BAD) return true;
    return halfOpenSince !== undefined && now < halfOpenSince + REST_BETWEEN_ANSWERS;
  }

  /** An opening was computed and is worth nothing. */
  bad(now: number): void {
    this.forgivenAt = Math.max(this.forgivenAt, now) + REST_AFTER_BAD;
  }
}
