import type { Clock, Timer } from "../clock.ts";

export interface StallWatchOptions {
  readonly clock: Clock;
  /** Milliseconds without progress. */
  readonly after: number;
  /** Whether bytes wait for the client. */
  isWaiting(): boolean;
  /** A number that changes when the client takes some. */
  progress(): number;
  stalled(): void;
}

/** Looks so often within the time that is given. */
const LOOKS = 10;

/** Notices a client that takes nothing while bytes wait for it. One that reads slowly is none. */
export class StallWatch {
  readonly #options: StallWatchOptions;
  #timer: Timer | undefined;
  #progress = 0;
  #progressAt = 0;

  constructor(options: StallWatchOptions) {
    this.#options = options;
  }

  /** Something was sent: from now on there may be bytes that wait. */
  start(): void {
    if (this.#timer !== undefined || !this.#options.isWaiting()) return;
    this.#noteProgress();
    this.#lookLater();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #look(): void {
    this.#timer = undefined;
    const { clock, after, isWaiting, progress, stalled } = this.#options;
    if (!isWaiting()) return;
    if (progress() !== this.#progress) this.#noteProgress();
    else if (clock.now() - this.#progressAt >= after) return stalled();
    this.#lookLater();
  }

  #lookLater(): void {
    const { clock, after } = this.#options;
    this.#timer = clock.after(after / LOOKS, () => this.#look());
  }

  #noteProgress(): void {
    this.#progress = this.#options.progress();
    this.#progressAt = this.#options.clock.now();
  }
}
