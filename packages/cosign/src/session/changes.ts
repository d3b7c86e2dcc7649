import type { Clock } from "@countersign/client";

/** For how long somebody waits at most. */
export interface Patience {
  readonly ms: number;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

/** Wakes whoever waits for something to become so. */
export class Changes {
  private readonly clock: Clock;
  private readonly waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Something may have changed: all who wait look again, in the order in which they came. */
  happened(): void {
    for (const look of [...this.waiting]) look();
  }

  /**
   * What `find` finds, now or after some change; undefined when the time is up. Rejects with what `find` throws, and
   * with the reason of the signal.
   */
  until<T>(find: () => T | undefined, { ms, signal }: Patience): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      let cancel = () => {};
      const settle = (result: () => void) => {
        this.waiting.delete(look);
        signal.removeEventListener("abort", abort);
        cancel();
        result();
      };
      const abort = () => settle(() => reject(signal.reason));
      const look = () => {
        try {
          const found = find();
          if (found !== undefined) settle(() => resolve(found));
        } catch (error) {
          settle(() => reject(error));
        }
      };
      if (signal.aborted) return abort();
      this.waiting.add(look);
      signal.addEventListener("abort", abort);
      cancel = this.clock.wakeAt(this.clock.now().ms + ms, () => settle(() => resolve(undefined)));
      look();
    });
  }
}
