import type { Failed, PeerGroupOutput } from "@countersign/handshake";
import type { RelayError } from "./errors.ts";

/** What a peer group tells its user: all that is neither done by the driver nor the end. */
type Told = Exclude<PeerGroupOutput, { readonly type: "send" | "wake" | "persist" | "note" | "failed" }>;

/** What a session tells its user, in the order in which it happened. */
export type SessionEvent =
  | Told
  /** Terminal: the session failed for good. The relay and through it the other parties are told in one word. */
  | SessionFailed
  /** The relay says that a party took a seat, has a connection, has none. Hints: nothing but a display follows. */
  | { readonly type: "member-joined" | "member-online" | "member-offline"; readonly number: number }
  /** The connection to the relay broke; it is being made again, and nothing is lost. */
  | { readonly type: "relay-lost" }
  | { readonly type: "relay-back" }
  | SessionEnded;

export interface SessionFailed extends Omit<Failed, "code"> {
  /**
   * Of the peer group; or `local.journal`: the journal could not be written; or `peer.clear-text`: a party speaks a
   * dialect of the relay in which there is nothing to encrypt with.
   */
  readonly code: Failed["code"] | "local.journal" | "peer.clear-text";
}

/**
 * Terminal: the relay ended the session. Nobody signed that: it is trusted for ending only, and a message that was
 * `delivered` stays delivered.
 */
export interface SessionEnded {
  readonly type: "ended";
  /**
   * `aborted` by a party, `closed` by all, `expired` or forgotten at the relay, `replaced` by another connection that
   * holds this session's token, `unreachable` when the relay did not come back in time or
   * does not do what it has to.
   */
  readonly how: "aborted" | "closed" | "expired" | "replaced" | "unreachable";
  /** Number of the party that aborted, as the relay says. */
  readonly by?: number;
  /** Why, in one word: see `abortReasons`. */
  readonly reason?: string;
  /** What the relay answered, or why it is not there. */
  readonly cause?: RelayError;
}
