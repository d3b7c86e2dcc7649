/** How much of something may be done: `burst` at once, and `perSecond` in the long run. */
export interface Budget {
  readonly burst: number;
  readonly perSecond: number;
}

/** Counts what is done against a budget, on the time that it is given. */
export class TokenBucket {
  private readonly budget: Budget;
  private left: number;
  private filledAt: number | undefined;

  constructor(budget: Budget) {
    this.budget = budget;
    this.left = budget.burst;
  }

  /** Whether one more may be done at this moment; then it counts. */
  take(now: number): boolean {
    const { burst, perSecond } = this.budget;
    const passed = Math.max(0, now - (this.filledAt ?? now));
    this.filledAt = now;
    this.left = Math.min(burst, this.left + (passed * perSecond) / 1_000);
    if (this.left < 1) return false;
    this.left--;
    return true;
  }
}
