import type { Session } from "@countersign/client";
import type { PinnedPeer } from "@countersign/handshake";
import type { Screen } from "../screens/screen.ts";
import type { Timings } from "../timings.ts";

export interface GatheringOptions {
  readonly session: Session;
  /** Who made the code asks the others to read the words first, so that not everybody waits for everybody. */
  readonly role: "host" | "guest";
  readonly screen: Screen;
  readonly timings: Timings;
  /** Labels by number where everybody is known before: all who may come. */
  readonly known: ReadonlyMap<number, string>;
  /** Whether a process before this one has begun the session. */
  readonly resumed: boolean;
  /** Milliseconds until everybody has to have come. */
  readonly waitMs: number;
  /** Milliseconds in which somebody who lost the connection may come back. */
  readonly graceMs: number;
  /** The user ends it. */
  readonly interruption: AbortSignal;
}

/** All parties, when there is no doubt who they are. */
export interface Gathered {
  /** All others. */
  readonly pins: readonly PinnedPeer[];
  /** GT of the session, 32 bytes, public. */
  readonly transcript: Uint8Array;
  /** Whether everybody was pinned before; else everybody has confirmed the words. */
  readonly verified: boolean;
}
