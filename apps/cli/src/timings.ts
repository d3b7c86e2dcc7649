/**
 * What takes time in a meeting, in the order in which it happens. `prepare` is the code's scrypt and the seat at the
 * relay, `compare` and `decide` are the users', all else is the programs'.
 */
export type Phase = "connect" | "prepare" | "wait" | "handshake" | "compare" | "decide" | "transfer";

/** Measures the phases of one run: the next one begins where the last one ends. */
export class Timings {
  private readonly begun: number;
  private since: number;
  private readonly spent = new Map<Phase, number>();
  private readonly now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.now = now;
    this.begun = now();
    this.since = this.begun;
  }

  /** This phase ends now. */
  end(phase: Phase): void {
    const now = this.now();
    this.spent.set(phase, (this.spent.get(phase) ?? 0) + now - this.since);
    this.since = now;
  }

  /** Whole milliseconds of each phase that there was, and of all. */
  toMilliseconds(): Readonly<Record<string, number>> {
    const total = this.now() - this.begun;
    return Object.fromEntries([...this.spent, ["total", total] as const].map(([name, ms]) => [name, Math.round(ms)]));
  }
}
