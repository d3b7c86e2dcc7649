import type { Clock, Timer } from "../clock.ts";
import { Allowance } from "./allowance.ts";
import { CommonAllowance } from "./common-allowance.ts";
import type { CommonCount } from "./common-limits.ts";
import type { Limits } from "./limits.ts";
import { AddressRefusals } from "./refusals.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Somebody with a message for which the address has no room yet. */
export interface Waiter {
  readonly bytes: number;
  /** Room was taken for the message. */
  granted(): void;
}

/** What one address has of the relay. Its connections share one allowance and take turns when it is used up. */
export class Account {
  readonly refusals: AddressRefusals;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #attempts: TokenBucket;
  readonly #allowance: Allowance;
  /** What other relays of the deployment count together with this one. */
  readonly #count: CommonCount | undefined;
  readonly #common: CommonAllowance | undefined;
  /** In order of arrival; one message each, so that a busy connection does not keep the others out. */
  readonly #line = new Set<Waiter>();
  #timer: Timer | undefined;
  #sockets = 0;
  #connections = 0;

  constructor(clock: Clock, limits: Limits, count?: CommonCount) {
    this.#clock = clock;
    this.#limits = limits;
    this.#attempts = new TokenBucket(limits.newConnectionsPerSecond);
    this.#allowance = new Allowance(limits.addressMessagesPerSecond, limits.addressBytesPerSecond);
    this.refusals = new AddressRefusals(limits.addressRefusalsPerSecond, clock.now());
    this.#count = count;
    const owe = (milliseconds: number) => this.#allowance.owe(milliseconds, clock.now());
    this.#common = count && new CommonAllowance(clock, { count, limits, owe });
  }

  /** Whether another attempt to connect is listened to. */
  attempt(): boolean {
    const now = this.#clock.now();
    if (this.#attempts.wait(1, now) > 0) return false;
    this.#attempts.take(1, now);
    // Nobody is kept waiting for the others: if it was too much, the next one is refused.
    this.#count?.spend("attempts", 1, this.#limits.newConnectionsPerSecond).then(
      (wait) => {
        if (wait > 0) this.#attempts.owe(wait, this.#clock.now());
      },
      () => undefined,
    );
    return true;
  }

  hasRoomForConnection(): boolean {
    return this.#connections < this.#limits.connectionsPerAddress;
  }

  /** Sockets of this address, those of its WebSockets included. */
  get sockets(): number {
    return this.#sockets;
  }

  /** A socket of this address is open from now on, or is no more. */
  countSocket(change: 1 | -1): void {
    this.#sockets += change;
  }

  /** The same of a WebSocket. */
  countConnection(change: 1 | -1): void {
    this.#connections += change;
  }

  /** Takes room for a message now, or puts the waiter at the end of the line. */
  take(waiter: Waiter, now: number): boolean {
    if (this.#line.size === 0 && this.#allowance.wait(waiter.bytes, now) === 0) {
      this.#allowance.take(waiter.bytes, now);
      this.#common?.note(1, waiter.bytes);
      return true;
    }
    this.#line.add(waiter);
    this.#plan(now);
    return false;
  }

  /** Whole milliseconds until what was charged is made up for. */
  debt(now: number): number {
    return this.#allowance.debt(now);
  }

  /** Accounts for frames, or calls, that were not waited for. */
  charge(bytes: number, now: number, messages = 1): void {
    this.#allowance.charge(bytes, now, messages);
    this.#common?.note(messages, bytes);
  }

  leave(waiter: Waiter): void {
    this.#line.delete(waiter);
    if (this.#line.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #plan(now: number): void {
    const [first] = this.#line;
    if (first === undefined || this.#timer !== undefined) return;
    this.#timer = this.#clock.after(this.#allowance.wait(first.bytes, now), () => this.#serve());
  }

  #serve(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const waiter of this.#line) {
      if (this.#allowance.wait(waiter.bytes, now) > 0) break;
      this.#line.delete(waiter);
      this.#allowance.take(waiter.bytes, now);
      this.#common?.note(1, waiter.bytes);
      waiter.granted();
    }
    this.#plan(now);
  }
}
