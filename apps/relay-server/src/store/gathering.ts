import type { Clock } from "../clock.ts";
import { emptyOrders, type Order, type Orders, type Waiter } from "./orders.ts";

/** Turns of the event loop in a row that bring nothing more until what was gathered is whole. */
const QUIET_TURNS = 2;
/** So many orders, or characters that are to be appended, are whole in any case. */
const ORDERS = 256;
const CHARACTERS = 512 * 1024;

/** What was seen a turn ago. */
interface Look {
  /** Orders. */
  readonly seen: number;
  /** Turns since there were less. */
  readonly quiet: number;
  readonly until: number;
}

/**
 * What is ordered of the store until all of it goes to the thread together. Who was told that something is durable mostly
 * goes on at once: to wait until nothing comes any more takes microseconds, and has everybody in one transaction, where
 * else two groups of them would wait for each other's.
 */
export class Gathering {
  readonly #clock: Pick<Clock, "now">;
  readonly #whole: () => void;
  #orders: Orders = emptyOrders();
  #characters = 0;
  #isWatched = false;
  /** Milliseconds for which more is waited for at most. */
  #patience = 0;

  /** `whole` is called when what was gathered is to be taken. */
  constructor(clock: Pick<Clock, "now">, whole: () => void) {
    this.#clock = clock;
    this.#whole = whole;
  }

  get isEmpty(): boolean {
    return this.#orders.orders.length === 0;
  }

  /** Whether it is so much that nothing is gained by waiting for more. */
  get isPlenty(): boolean {
    return this.#orders.orders.length >= ORDERS || this.#characters >= CHARACTERS;
  }

  add(log: string, order: Order, waiter: Waiter): void {
    this.#orders.logs.push(log);
    this.#orders.orders.push(order);
    this.#orders.waiters.push(waiter);
    if (typeof order === "string") this.#characters += order.length;
  }

  /** Begins anew with nothing. */
  take(): Orders {
    const orders = this.#orders;
    this.#orders = emptyOrders();
    this.#characters = 0;
    return orders;
  }

  /** Where something comes all the time, nobody waits much longer for more than the last transaction took. */
  took(seconds: number): void {
    this.#patience = 1_000 * seconds + 1;
  }

  /** Has `whole` called as soon as nothing more comes. */
  watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    setImmediate(this.#look, { seen: 0, quiet: 0, until: this.#clock.now() + this.#patience });
  }

  readonly #look = ({ seen, quiet, until }: Look): void => {
    const { length } = this.#orders.orders;
    const turns = length > seen ? 0 : quiet + 1;
    if (turns < QUIET_TURNS && !this.isPlenty && this.#clock.now() < until) {
      return void setImmediate(this.#look, { seen: length, quiet: turns, until });
    }
    this.#isWatched = false;
    if (length > 0) this.#whole();
  };
}
