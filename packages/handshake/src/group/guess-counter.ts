/** Failed guesses after which a code is burned, unless the caller is stricter. */
export const DEFAULT_GUESS_LIMIT = 10;

/**
 * Counts what could have been guesses of the code, over all pairs of an endpoint (spec 0003, section 4). A guess is
 * charged before it can be tested and only a peer that proves the code gives it back.
 */
export class GuessCounter {
  private readonly limit: number;
  private used: number;

  constructor(limit: number, used: number) {
    this.limit = limit;
    this.used = used;
  }

  get count(): number {
    return this.used;
  }

  get left(): number {
    return Math.max(0, this.limit - this.used);
  }

  /** Counts one; false when there was none left to count. */
  charge(): boolean {
    if (this.left === 0) return false;
    this.used++;
    return true;
  }

  refund(): void {
    this.used = Math.max(0, this.used - 1);
  }
}
