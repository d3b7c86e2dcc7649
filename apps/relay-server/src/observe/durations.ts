/** Seconds. An acknowledged message is to take at most 25 ms in 99 of 100 cases. */
export const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const;

/** How long something took, each time. Plain numbers, because there is one more for every message. */
export class Durations {
  /** How many took at most as long as the bound at the same index, and longer than the one before it. */
  readonly counts: number[] = bounds.map(() => 0);
  count = 0;
  sum = 0;

  add(seconds: number): void {
    this.count++;
    this.sum += seconds;
    for (let i = 0; i < bounds.length; i++) {
      if (seconds > (bounds[i] ?? 0)) continue;
      this.counts[i] = (this.counts[i] ?? 0) + 1;
      return;
    }
  }
}
