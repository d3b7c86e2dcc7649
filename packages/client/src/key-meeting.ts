import type { PinnedPeer } from "@countersign/handshake";
import { UsageError } from "@countersign/wire";

/** How those meet who use a key together: some of all who have a share, each under the number that it has there. */
export interface KeyMeeting {
  /** 16 bytes that only those can compute who have a share of the key. */
  readonly group: Uint8Array;
  /**
   * 16 bytes of a session: random ones to begin one, or those of one that somebody else has begun. Without
   * it, the newest of the group with room for this number, or a new one: for programs that all begin at once. The relay
   * does not look who is still there then, so that a session may be found that is given up.
   */
  readonly session?: Uint8Array;
  /** This party's number in the key, 1 to 255. */
  readonly number: number;
  readonly kind: "sign";
  /** How many take part: at least `threshold`. */
  readonly parties: number;
  /** Signers that the key needs. */
  readonly threshold: number;
  /** Of all others who have a share, under the labels that they had when the key was made. */
  readonly pins: readonly PinnedPeer[];
}

/** Throws `UsageError` for what no key has. */
export function checkKeyMeeting({ group, session, number, parties, threshold, pins }: KeyMeeting): void {
  if (group.length !== 16 || (session !== undefined && session.length !== 16)) {
    throw new UsageError("usage.length", "a group and a session have 16 bytes each");
  }
  if (pins.some((pin) => pin.number === number)) throw new UsageError("usage.pins", "one's own number is pinned");
  if (parties - 1 > pins.length || threshold > parties) {
    throw new UsageError("usage.parties", "a key is used by its threshold at least, and by all who have it at most");
  }
}
