import type { Attachable } from "../core/attachments.ts";
import type { Outlet } from "../core/feed.ts";

/** A client as a dialect sees it. */
export interface Caller extends Attachable {
  /** For limits only; never logged. */
  readonly address: string;
  /** Whether anything that is sent can still arrive. */
  readonly isOpen: boolean;
  /** Keeps events back until `release` was called as often: for answers that have to come first. */
  hold(): void;
  release(): void;
}

/** How a kind of client speaks: one WebSocket path and subprotocol. All dialects share one core. */
export interface Dialect {
  /** Takes a text of a client and answers it. Never throws. */
  receive(caller: Caller, text: string): void;
  /** Answers a frame that is no text. */
  refuseBinary(caller: Caller): void;
  encodeEvent: Outlet["dialect"]["encodeEvent"];
  encodePresence: Outlet["dialect"]["encodePresence"];
  /** The member of a session came back on another connection. */
  encodeReplaced(session: string): string;
}
