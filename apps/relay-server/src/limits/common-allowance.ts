import type { Clock } from "../clock.ts";
import type { CommonCount } from "./common-limits.ts";
import type { Limits } from "./limits.ts";

/** Milliseconds in which is gathered what is told to the others: one call for many messages. */
const GATHERED = 100;

/**
 * Tells the other relays of a deployment what an address uses up here, and hears from them when that is too much
 * together. What is read in between may be more than the rate: at most what each relay by itself lets through in the
 * time in which it is gathered.
 */
export class CommonAllowance {
  readonly #clock: Clock;
  readonly #count: CommonCount;
  readonly #limits: Limits;
  readonly #owe: (milliseconds: number) => void;
  #messages = 0;
  #bytes = 0;
  #isGathering = false;

  /** `owe` is called when there is nothing left for so many milliseconds. */
  constructor(clock: Clock, { count, limits, owe }: Parts) {
    this.#clock = clock;
    this.#count = count;
    this.#limits = limits;
    this.#owe = owe;
  }

  note(messages: number, bytes: number): void {
    this.#messages += messages;
    this.#bytes += bytes;
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#clock.after(GATHERED, () => this.#tell());
  }

  #tell(): void {
    const { addressMessagesPerSecond, addressBytesPerSecond } = this.#limits;
    const told = [
      this.#count.spend("messages", this.#messages, addressMessagesPerSecond),
      this.#count.spend("bytes", this.#bytes, addressBytesPerSecond),
    ];
    this.#messages = 0;
    this.#bytes = 0;
    this.#isGathering = false;
    Promise.all(told).then(
      (waits) => {
        const wait = Math.max(...waits);
        if (wait > 0) this.#owe(wait);
      },
      // While nobody can say, this relay's own rate holds.
      () => undefined,
    );
  }
}

interface Parts {
  readonly count: CommonCount;
  readonly limits: Limits;
  readonly owe: (milliseconds: number) => void;
}
