import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Clock, every } from "../clock.ts";
import type { Tally } from "./tally.ts";

/** What the last minute was like, one value a second, the oldest first. */
export interface Minute {
  readonly received: readonly number[];
  readonly delivered: readonly number[];
  /** Both ways. */
  readonly bytes: readonly number[];
  readonly commits: readonly number[];
  /** The longest time in which nothing else could be done, in seconds. */
  readonly delay: readonly number[];
}

const SECOND = 1_000;
const LENGTH = 60;
/** Milliseconds between two looks at the event loop. */
const RESOLUTION = 10;

type Series = keyof Minute;
const totals = ["received", "delivered", "bytes", "commits"] as const satisfies readonly Series[];

/** Looks at the relay once a second and remembers a minute of it. */
export class Pulse {
  readonly #tally: Tally;
  readonly #minute: Record<Series, number[]> = { received: [], delivered: [], bytes: [], commits: [], delay: [] };
  readonly #eventLoop = monitorEventLoopDelay({ resolution: RESOLUTION });
  readonly #stop: () => void;
  #before: Record<(typeof totals)[number], number>;

  constructor(tally: Tally, clock: Clock) {
    this.#tally = tally;
    this.#before = this.#totals();
    this.#eventLoop.enable();
    const timer = every(clock, SECOND, () => this.#beat());
    this.#stop = () => timer.cancel();
  }

  get minute(): Minute {
    return this.#minute;
  }

  /** The longest time of the last minute, in seconds, in which nothing else could be done. */
  get longestDelay(): number {
    return Math.max(this.#currentDelay(), ...this.#minute.delay);
  }

  close(): void {
    this.#stop();
    this.#eventLoop.disable();
  }

  #beat(): void {
    const now = this.#totals();
    for (const name of totals) this.#put(name, now[name] - this.#before[name]);
    this.#before = now;
    this.#put("delay", this.#currentDelay());
    this.#eventLoop.reset();
  }

  #put(name: Series, value: number): void {
    const values = this.#minute[name];
    values.push(value);
    if (values.length > LENGTH) values.shift();
  }

  #totals(): Record<(typeof totals)[number], number> {
    const sums = { received: 0, delivered: 0, bytes: 0, commits: this.#tally.commits.count };
    for (const traffic of this.#tally.traffic.values()) {
      sums.received += traffic.receivedMessages;
      sums.delivered += traffic.deliveredEvents;
      sums.bytes += traffic.receivedBytes + traffic.sentBytes;
    }
    return sums;
  }

  #currentDelay(): number {
    // What is measured is the time from one look to the next, in nanoseconds.
    return Math.max(0, this.#eventLoop.max / 1e9 - RESOLUTION / 1e3);
  }
}
