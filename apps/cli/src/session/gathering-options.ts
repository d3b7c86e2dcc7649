import type { Session, SessionEvent } from "@countersign/client";
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
  readonly asking: Asking;
}

/** Waits for an answer of this user, while others are shown that this party is waited for. */
export type Asking = <T>(answer: Promise<T>) => Promise<T>;

/** What a session says when there is no doubt any more who its parties are. */
export type Ready = Extract<SessionEvent, { readonly type: "ready" }>;
