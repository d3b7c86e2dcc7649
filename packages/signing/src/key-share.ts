import type { SuiteName } from "./suite.ts";

/** What one party holds of a group's key. Everything but `secretShare` is public among the parties; seal it at rest. */
export interface KeyShare {
  readonly suite: SuiteName;
  /** Signers that are needed. */
  readonly threshold: number;
  /** Parties of the key. */
  readonly parties: number;
  /** This party's number of the key, 1..255: it stays the same for as long as the key lives. */
  readonly number: number;
  /** 32 bytes, a scalar. Secret. */
  readonly secretShare: Uint8Array;
  /** The key that signatures are checked against: 33 bytes compressed for secp256k1 (before BIP-341's tweak), 32 for Ed25519. */
  readonly groupKey: Uint8Array;
  /** Each party's public share by its number, ascending, encoded as the group key is. */
  readonly verificationShares: ReadonlyMap<number, Uint8Array>;
  /** GT of the session that made the key, 32 bytes: with the fields above it gives the outcome that all parties signed. */
  readonly transcript: Uint8Array;
}
