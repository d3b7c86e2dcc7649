import type { Clock } from "../../src/daemon/clock.ts";

/** Time that passes when a test says so. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>();
  readonly #watchers = new Set<() => void>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): { cancel(): void } {
    const timer = { at: this.#now + milliseconds, run };
    this.#timers.add(timer);
    for (const watcher of this.#watchers) watcher();
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Settles when so many timers are set. */
  async waitFor(timers: number): Promise<void> {
    while (this.#timers.size < timers) {
      await new Promise<void>((resolve) => {
        const watcher = () => {
          this.#watchers.delete(watcher);
          resolve();
        };
        this.#watchers.add(watcher);
      });
    }
  }

  /** Milliseconds until each timer is due. */
  get due(): readonly number[] {
    return Array.from(this.#timers, ({ at }) => at - this.#now);
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
    for (const timer of [...this.#timers].filter(({ at }) => at <= this.#now)) {
      this.#timers.delete(timer);
      timer.run();
    }
  }
}
