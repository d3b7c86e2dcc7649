/** Which parties have not acknowledged yet what was sent to them, and who waits for that. */
export class Deliveries {
  private readonly waitedFor = new Set<number>();
  private readonly waiting: { resolve(): void; reject(cause: Error): void }[] = [];
  private queued = 0;
  private fault: Error | undefined;

  /** A message is going to be sent. */
  queue(): void {
    this.queued += 1;
  }

  /** A message that was queued is sent to these parties. */
  sent(to: Iterable<number>): void {
    this.queued -= 1;
    for (const number of to) this.outstanding(number);
  }

  /** A party has not acknowledged everything. */
  outstanding(number: number): void {
    this.waitedFor.add(number);
  }

  /** A party has everything that was sent to it. */
  delivered(to: number): void {
    this.waitedFor.delete(to);
    if (this.done) for (const { resolve } of this.waiting.splice(0)) resolve();
  }

  /** Resolves when nothing is outstanding; rejects when what is outstanding will not arrive any more. */
  all(): Promise<void> {
    if (this.done) return Promise.resolve();
    if (this.fault !== undefined) return Promise.reject(this.fault);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  fail(fault: Error): void {
    this.fault ??= fault;
    for (const { reject } of this.waiting.splice(0)) reject(fault);
  }

  private get done(): boolean {
    return this.queued === 0 && this.waitedFor.size === 0;
  }
}
