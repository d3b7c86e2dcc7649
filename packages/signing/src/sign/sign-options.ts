import type { KeyShare } from "../key-share.ts";
import type { Network } from "../network.ts";
import type { Payload } from "../payload.ts";
import type { Approve } from "./approval.ts";

/** What a party says to take part in a signing. */
export interface SignOptions {
  readonly share: KeyShare;
  /** Those who take part by their numbers of the key, ascending, this one included; the threshold or more. */
  readonly signers: readonly number[];
  /** GT of this session, 32 bytes. */
  readonly transcript: Uint8Array;
  /** What this party wants signed; who only joins in gives none. */
  readonly proposal?: Payload;
  /** Asked once, before anything of the signature leaves: whether this party's user wants this signed. */
  readonly approve: Approve;
  /** Whose addresses the review shows; mainnet by default. */
  readonly network?: Network;
  /** A cryptographic source of randomness: that many fresh bytes. */
  readonly randomBytes: (length: number) => Uint8Array;
}
