import type { Clock, Timer } from "../clock.ts";
import { Account } from "./account.ts";
import type { CommonLimits } from "./common-limits.ts";
import type { Limits } from "./limits.ts";
import { BURST } from "./token-bucket.ts";

interface Held {
  readonly account: Account;
  holders: number;
  expiry: Timer | undefined;
}

/** The accounts of the addresses that count: in memory, and only while they differ from new ones. */
export class Accounts {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #common: CommonLimits | undefined;
  readonly #held = new Map<string, Held>();

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

  /** The account of an address, which is remembered at least until `release` is called. */
  hold(network: string): { readonly account: Account; readonly release: () => void } {
    const held = this.#held.get(network) ?? {
      account: new Account(this.#clock, this.#limits, this.#common?.countFor(network)),
      holders: 0,
      expiry: undefined,
    };
    this.#held.set(network, held);
    held.holders++;
    held.expiry?.cancel();
    held.expiry = undefined;
    return {
      account: held.account,
      release: () => {
        if (--held.holders > 0) return;
        // By then its rates have recovered, so that an account that is made anew is the same.
        held.expiry = this.#clock.after(2 * BURST, () => this.#held.delete(network));
      },
    };
  }
}
