import type { Clock, Timer } from "../clock.ts";

interface Alarm {
  due: number;
  run: () => void;
  /** Rings at `due` or before, when it was put off. */
  timer: Timer;
  rings: number;
}

/**
 * Timers by name. Most are put off again and again before they are due, which costs next to nothing: the clock is asked
 * again only when it rings.
 */
export class Timers {
  readonly #clock: Clock;
  readonly #alarms = new Map<string, Alarm>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `run` once after so many milliseconds, and what was set under this name before not at all. */
  set(name: string, milliseconds: number, run: () => void): void {
    const due = this.#clock.now() + milliseconds;
    const known = this.#alarms.get(name);
    if (known !== undefined && known.rings <= due) {
      known.due = due;
      known.run = run;
      return;
    }
    known?.timer.cancel();
    this.#alarms.set(name, { due, run, rings: due, timer: this.#ringIn(milliseconds, name) });
  }

  cancel(name: string): void {
    this.#alarms.get(name)?.timer.cancel();
    this.#alarms.delete(name);
  }

  clear(): void {
    for (const { timer } of this.#alarms.values()) timer.cancel();
    this.#alarms.clear();
  }

  #ringIn(milliseconds: number, name: string): Timer {
    return this.#clock.after(milliseconds, () => this.#ring(name));
  }

  #ring(name: string): void {
    const alarm = this.#alarms.get(name);
    if (alarm === undefined) return;
    const rest = alarm.due - this.#clock.now();
    if (rest > 0) {
      alarm.rings = alarm.due;
      alarm.timer = this.#ringIn(rest, name);
    } else {
      this.#alarms.delete(name);
      alarm.run();
    }
  }
}
