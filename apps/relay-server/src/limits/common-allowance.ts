import type { Clock } from "../clock.ts";
import type { CommonCount } from "./common-limits.ts";
import type { Limits } from "./limits.ts";

/** Milliseconds in which is gathered what is told to the others: one call for many messages. */
const GATHERED = 250;
/**
 * The part of what may be used up in a second from which on it is told. Most addresses never get there, and cost nothing
 * beyond this relay; five relays at which one stays below are together within the rate.
 */
const PART = 1 / 20;

/**
 * Tells the other relays of a deployment what an address uses up here, and hears from them when that is too much
 * together. What is read in between may be more than the rate: at most what each relay by itself lets through in the
 * time in which it is gathered, and what is too little to be told.
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
    const [messages, bytes] = [this.#messages, this.#bytes];
    this.#messages = 0;
    this.#bytes = 0;
    this.#isGathering = false;
    const { addressMessagesPerSecond, addressBytesPerSecond } = this.#limits;
    const isLittle = messages < PART * addressMessagesPerSecond && bytes < PART * addressBytesPerSecond;
    if (isLittle) return;
    const told = [
      this.#count.spend("messages", messages, addressMessagesPerSecond),
      this.#count.spend("bytes", bytes, addressBytesPerSecond),
    ];
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
