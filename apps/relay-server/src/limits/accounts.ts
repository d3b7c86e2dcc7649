import type { Clock, Timer } from "../clock.ts";
import { Account } from "./account.ts";
import type { CommonLimits } from "./common-limits.ts";
import type { Limits } from "./limits.ts";
import { BURST } from "./token-bucket.ts";

/** The accounts of the addresses that count: in memory, and only while they differ from new ones. */
export class Accounts {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #common: CommonLimits | undefined;
  readonly #held = new Map<string, HeldAccount>();

  /** `common`: what is counted together with other relays. */
  constructor(clock: Clock, limits: Limits, common?: CommonLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#common = common;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#held.size;
  }

  /** The account of an address, which is remembered at least until `release` is called as often as this. */
  hold(network: string): HeldAccount {
    let held = this.#held.get(network);
    if (held === undefined) {
      const account = new Account(this.#clock, this.#limits, this.#common?.countFor(network));
      held = new HeldAccount(account, this.#clock, () => this.#held.delete(network));
      this.#held.set(network, held);
    }
    held.hold();
    return held;
  }
}

/** The account of an address, and by how many it is held. There is one for all of them. */
export class HeldAccount {
  readonly account: Account;
  readonly #clock: Clock;
  readonly #forget: () => void;
  #holders = 0;
  #expiry: Timer | undefined;

  constructor(account: Account, clock: Clock, forget: () => void) {
    this.account = account;
    this.#clock = clock;
    this.#forget = forget;
  }

  hold(): void {
    this.#holders++;
    this.#expiry?.cancel();
    this.#expiry = undefined;
  }

  release(): void {
    if (--this.#holders > 0) return;
    // By then its rates have recovered, so that an account that is made anew is the same.
    const recovery = this.account.refusals.budget.recovery(this.#clock.now());
    this.#expiry = this.#clock.after(Math.max(2 * BURST, recovery), this.#forget);
  }
}
