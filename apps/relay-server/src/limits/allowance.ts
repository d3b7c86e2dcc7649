import { TokenBucket } from "./token-bucket.ts";

/** What may be read from one connection, or from all of one address, in a second. */
export class Allowance {
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;

  constructor(messagesPerSecond: number, bytesPerSecond: number) {
    this.#messages = new TokenBucket(messagesPerSecond);
    this.#bytes = new TokenBucket(bytesPerSecond);
  }

  /** Whole milliseconds until a message of so many bytes may be taken in. 0: now. */
  wait(bytes: number, now: number): number {
    return Math.max(this.#messages.wait(1, now), this.#bytes.wait(bytes, now));
  }

  /** Whole milliseconds until what was charged is made up for. */
  debt(now: number): number {
    return Math.max(this.#messages.wait(0, now), this.#bytes.wait(0, now));
  }

  take(bytes: number, now: number): void {
    this.#messages.take(1, now);
    this.#bytes.take(bytes, now);
  }

  /** Has nothing left for so many milliseconds at least. */
  owe(milliseconds: number, now: number): void {
    this.#messages.owe(milliseconds, now);
  }

  /** Accounts for frames, or calls, that were not waited for. */
  charge(bytes: number, now: number, messages = 1): void {
    this.#messages.charge(messages, now);
    this.#bytes.charge(bytes, now);
  }
}
