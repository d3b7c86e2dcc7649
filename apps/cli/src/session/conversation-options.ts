import type { Session } from "@countersign/client";
import type { PinnedPeer } from "@countersign/handshake";
import type { Screen } from "../screens/screen.ts";
import type { Timings } from "../timings.ts";

export interface ConversationOptions {
  readonly session: Session;
  /** Which of the two this one is: it says who reads the words first. */
  readonly role: "send" | "receive";
  readonly screen: Screen;
  readonly timings: Timings;
  /** The label of the contact that is met without a code. */
  readonly contact: string | undefined;
  /** What a process before this one has sent and received; undefined for a session that is new. */
  readonly past: { readonly sent: number; readonly received: number } | undefined;
  /** Milliseconds until somebody has to have come. */
  readonly waitMs: number;
  /** Milliseconds in which somebody who lost the connection may come back. */
  readonly graceMs: number;
  /** The user ends it. */
  readonly interruption: AbortSignal;
}

/** The other party, once there is no doubt who it is. */
export interface Peer {
  readonly label: string;
  readonly pin: PinnedPeer;
}
