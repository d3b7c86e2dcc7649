import type { SuiteName } from "../suite.ts";

/** What a party says to take part in making a key. */
export interface KeygenOptions {
  readonly suite: SuiteName;
  /** The parties by number, ascending, all distinct, 1..255, this one included; two at the least. */
  readonly numbers: readonly number[];
  /** This party's own number. */
  readonly self: number;
  /** Signers that will be needed: 2 to the number of parties. */
  readonly threshold: number;
  /** GT of the session, 32 bytes: what is proven in it is worth nothing in another one. */
  readonly transcript: Uint8Array;
  /** A cryptographic source of randomness: that many fresh bytes. */
  readonly randomBytes: (length: number) => Uint8Array;
}
