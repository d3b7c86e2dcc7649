import type { PinnedPeer } from "@countersign/handshake";
import type { FullIdentity } from "./identity.ts";

/** One's own place among those who have a key. */
export interface KeyPlace {
  /** 16 bytes that only they can compute: where they meet. */
  readonly group: Uint8Array;
  /** One's own number in the key. */
  readonly number: number;
  readonly identity: FullIdentity;
  /** All others who have a share. */
  readonly pins: readonly PinnedPeer[];
}
