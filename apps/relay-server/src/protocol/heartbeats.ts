import type { Clock, Timer } from "../clock.ts";

/** Whoever is to do something now and then. */
export interface Beating {
  beat(): void;
}

/**
 * The beats of all connections. Each has its own, so that not all clients are asked at the same time; but their interval is
 * the same, so that they are due in the order in which they were due before, and one timer is enough: one for each would
 * take as much memory as the rest of what watches over a connection.
 */
export class Heartbeats {
  readonly #clock: Clock;
  readonly #interval: number;
  /** When each is due, in that order. */
  readonly #due = new Map<Beating, number>();
  #timer: Timer | undefined;

  /** `interval`: milliseconds. */
  constructor(clock: Clock, interval: number) {
    this.#clock = clock;
    this.#interval = interval;
  }

  add(beating: Beating): void {
    this.#put(beating, this.#clock.now());
    this.#plan();
  }

  remove(beating: Beating): void {
    this.#due.delete(beating);
    if (this.#due.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Puts it behind all others. */
  #put(beating: Beating, now: number): void {
    // Whole numbers take no memory of their own.
    this.#due.set(beating, Math.ceil(now + this.#interval));
  }

  #plan(): void {
    const [first] = this.#due.values();
    if (first === undefined || this.#timer !== undefined) return;
    this.#timer = this.#clock.after(Math.max(0, first - this.#clock.now()), () => this.#ring());
  }

  #ring(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const [beating, due] of this.#due) {
      if (due > now) break;
      this.#due.delete(beating);
      this.#put(beating, now);
      beating.beat();
    }
    this.#plan();
  }
}
