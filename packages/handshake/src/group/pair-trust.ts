import type { Trust } from "../cs43/cipher-set43.ts";
import type { LinkedPeer } from "../cs43/suite.ts";
import type { Pin } from "../peer-group-types.ts";

/**
 * What a pair trusts: the code until it is up for the first time, then the keys that came of it, for the whole session
 * (spec 0003, section 9.2); or the pin that it begins with.
 */
export class PairTrust {
  private readonly prk: () => Uint8Array | undefined;
  private pin: Pin | undefined;

  /** `prk` is scrypt of the code, 32 bytes, secret; undefined once it was erased. */
  constructor(prk: () => Uint8Array | undefined, pin: Pin | undefined) {
    this.prk = prk;
    this.pin = pin;
  }

  /** What the next exchange goes by, if there is anything. */
  get current(): Trust | undefined {
    if (this.pin !== undefined) return { mode: "link", pins: [this.pin] };
    const prk = this.prk();
    return prk && { mode: "pair", prk };
  }

  /** Whether a first contact may go on. */
  get pairing(): boolean {
    return this.pin === undefined;
  }

  /** Whether keys of this peer may be used by the pair: of anybody who has the code, and then of one alone. */
  admits({ linkPsk }: LinkedPeer): boolean {
    return this.pin === undefined || this.pin.linkPsk === linkPsk;
  }

  /** The pair is up with this peer. */
  settle(peer: LinkedPeer): void {
    this.pin ??= peer;
  }
}
