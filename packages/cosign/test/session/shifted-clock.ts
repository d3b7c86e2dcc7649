import { type Clock, systemClock } from "@countersign/client";

/** The system's clock, which a test moves on. */
export class ShiftedClock implements Clock {
  #offset = 0;
  readonly #alarms = new Set<{ readonly ms: number; fire(): void }>();

  now(): ReturnType<Clock["now"]> {
    const { ms, unixSeconds } = systemClock.now();
    return { ms: ms + this.#offset, unixSeconds: unixSeconds + Math.floor(this.#offset / 1_000) };
  }

  wakeAt(ms: number, run: () => void): () => void {
    const cancel = systemClock.wakeAt(ms - this.#offset, () => alarm.fire());
    const end = () => {
      cancel();
      this.#alarms.delete(alarm);
    };
    const alarm = {
      ms,
      fire() {
        end();
        run();
      },
    };
    this.#alarms.add(alarm);
    return end;
  }

  /** So much time passes at once. */
  pass(ms: number): void {
    this.#offset += ms;
    const now = this.now().ms;
    for (const alarm of [...this.#alarms]) if (alarm.ms <= now) alarm.fire();
  }
}
