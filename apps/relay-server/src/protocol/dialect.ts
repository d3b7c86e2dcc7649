import type { Attachable } from "../core/attachments.ts";
import type { Listener } from "../core/audience.ts";

/** A client as a dialect sees it. */
export interface Caller extends Attachable, Listener {
  /** For limits only; never logged. */
  readonly address: string;
  /** Whether anything that is sent can still arrive. */
  readonly isOpen: boolean;
  /** Keeps events back until `release` was called as often: for answers that have to come first. */
  hold(): void;
  release(): void;
  /** Sends what is waiting and closes. */
  close(code: number, reason: string): Promise<void>;
}

/** How a kind of client speaks: one WebSocket path. All dialects share one core. */
export interface Dialect {
  opened(caller: Caller): void;
  /** Takes a text of a client and answers it. Never throws. */
  receive(caller: Caller, text: string): void;
  /** Takes a frame that is no text. */
  receiveBinary(caller: Caller): void;
  /** Nothing comes from the caller any more, and nothing arrives. */
  closed(caller: Caller): void;
}
