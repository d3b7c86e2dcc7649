import { TokenBucket } from "./token-bucket.ts";

/**
 * Milliseconds for which refusals are saved up. With the rate by default that is more than a connection has under way at a
 * time: where one message is lost, all those behind it are refused, too, and that is nobody's fault.
 */
const SAVED = 30_000;
/** Milliseconds between the turns in which what is refused to an address is read. */
const TURN = 1_000;

/** What is refused to an address, all together. */
export class AddressRefusals {
  readonly budget: TokenBucket;
  readonly #since: number;

  constructor(perSecond: number, now: number) {
    this.budget = new TokenBucket(perSecond, SAVED);
    this.#since = now;
  }

  /**
   * The end of a pause that is to last until a time at least. All connections of the address are read again at once, so
   * that they share the work of a turn, and not together with those of other addresses, so that nobody notices it.
   */
  turn(time: number): number {
    return this.#since + Math.ceil((time - this.#since) / TURN) * TURN;
  }
}

/**
 * What was refused to a connection, and how it pays for it: above what it and its address may have it is not read for a
 * while. So who sends nothing but what is refused costs less than a tenth of who sends what is good, and whoever is told of an
 * error now and then does not notice. Only connections that were refused something have one.
 */
export class Refusals {
  readonly #own: TokenBucket;
  readonly #address: AddressRefusals;
  #pausedUntil = 0;

  constructor(perSecond: number, address: AddressRefusals) {
    this.#own = new TokenBucket(perSecond, SAVED);
    this.#address = address;
  }

  /** Something was refused. */
  count(now: number): void {
    const { budget } = this.#address;
    this.#own.charge(1, now);
    budget.charge(1, now);
    const debt = Math.max(this.#own.wait(0, now), budget.wait(0, now));
    if (debt > 0) this.#pausedUntil = this.#address.turn(now + debt);
  }

  /** Whole milliseconds until the connection is read again. */
  pause(now: number): number {
    return Math.max(0, Math.ceil(this.#pausedUntil - now));
  }

  /** How many more may be refused to it. */
  left(now: number): number {
    return this.#own.left(now);
  }
}
