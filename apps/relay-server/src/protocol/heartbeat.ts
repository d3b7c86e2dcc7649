import { type Clock, every, type Timer } from "../clock.ts";

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly interval: number;
  ping(): void;
  /** Whether the client is listened to: from one that is not, nothing can be expected. */
  isListening(): boolean;
  /** The client has shown no sign of life from one ping to the next. */
  dead(): void;
}

/** Asks a client for signs of life. Each connection has its own beat, so that not all are asked at the same time. */
export class Heartbeat {
  readonly #timer: Timer;
  /** Whether something came from the client, or went to it, since the last ping. */
  #isAlive = true;

  constructor({ clock, interval, ping, isListening, dead }: HeartbeatOptions) {
    this.#timer = every(clock, interval, () => {
      if (!this.#isAlive && isListening()) return dead();
      this.#isAlive = false;
      ping();
    });
  }

  sign(): void {
    this.#isAlive = true;
  }

  stop(): void {
    this.#timer.cancel();
  }
}
