import type { Clock } from "@countersign/client";

/** A clock that stands still until a test moves it, and rings its alarms on the way. */
export class AlarmClock implements Clock {
  private ms = 1_000;
  private readonly alarms = new Set<{ readonly at: number; readonly run: () => void }>();

  now() {
    return { ms: this.ms, unixSeconds: 1_760_000_000 + Math.floor(this.ms / 1_000) };
  }

  wakeAt(ms: number, run: () => void): () => void {
    const alarm = { at: ms, run };
    this.alarms.add(alarm);
    return () => this.alarms.delete(alarm);
  }

  get pending(): number {
    return this.alarms.size;
  }

  /** Goes on by `ms`; whatever is due runs at its own time, and promises have settled when it returns. */
  async advance(ms: number): Promise<void> {
    const end = this.ms + ms;
    await settle();
    for (;;) {
      const [next] = [...this.alarms].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.alarms.delete(next);
      this.ms = Math.max(this.ms, next.at);
      next.run();
      await settle();
    }
    this.ms = end;
  }

  /** Goes on from alarm to alarm until a promise settles; fails the test if that takes more than `limitMs`. */
  async until<T>(promise: Promise<T>, limitMs = 300_000): Promise<T> {
    const end = this.ms + limitMs;
    let settled = false;
    const note = () => {
      settled = true;
    };
    promise.then(note, note);
    await settle();
    while (!settled) {
      const next = Math.min(...[...this.alarms].map(({ at }) => at));
      if (next > end) throw new Error("nothing that will happen in time settles the promise");
      await this.advance(Math.max(0, next - this.ms));
    }
    return promise;
  }
}

/** Lets all promises run that can. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
