import type { Clock } from "../clock.ts";
import type { Attachable } from "../core/attachments.ts";
import type { Listener } from "../core/audience.ts";
import type { Hearer } from "../core/group-feeds.ts";
import type { Filled } from "../core/template.ts";
import type { Log } from "../log.ts";
import type { Meter } from "../observe/meter.ts";
import type { CloseCode } from "./close-code.ts";
import type { Expected, ReadMessage, Span } from "./message-bytes.ts";
import type { Weight } from "./weight.ts";

/** A client as a dialect sees it. */
export interface Caller extends Attachable, Hearer, Listener {
  /** What its next message is expected to look like. */
  expected: Expected | undefined;
  /** For limits only; never logged. */
  readonly address: string;
  /** Sends a text with two numbers in it. */
  sendFilled(filled: Filled): void;
  /** A call has shown that the client knows what it wants here: it is no silent newcomer any more. */
  accept(): void;
  /** Keeps events back until `release` was called as often: for answers that have to come first. */
  hold(): void;
  release(): void;
  /** Sends what is waiting and closes. */
  close(code: CloseCode, reason: string): Promise<void>;
}

/** What dialects need besides the relay. */
export interface DialectSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** A text of a client that is being carried out, as far as its connection has to know of it. */
export interface Task {
  /** When it was taken in, by the clock of the relay. */
  readonly since: number;
  /** Says how many calls there are in it if there are several, and bytes of answers that can be much longer than those. */
  weigh(weight: Weight): void;
  /** Says that a call in it is refused, or that it is none. */
  refused(): void;
  /** Everything that it asks for has been answered; until then it counts as unanswered. To be called once. */
  done(): void;
}

/** About the bytes of an answer that is as long as what the relay keeps and not as the call. */
export const LONG_ANSWER = 32 * 1024;

/** How a kind of client speaks: one WebSocket path. All dialects share one core. */
export interface Dialect {
  /** As in `Relay.info` and in metrics. */
  readonly name: string;
  /** Whether a client that nobody has accepted within the grace is closed. */
  readonly closesSilent: boolean;
  opened(caller: Caller): void;
  /** Reads a message right from the bytes of its text, if it is as most are; undefined if not. */
  read?(caller: Caller, span: Span): ReadMessage | undefined;
  /** Takes what was read so, and answers it. Never throws. */
  carryOut?(caller: Caller, message: ReadMessage, task: Task): void;
  /** Takes a text of a client and answers it. Never throws. */
  receive(caller: Caller, text: string, task: Task): void;
  /** Takes a frame that is no text. */
  receiveBinary(caller: Caller): void;
  /** Nothing comes from the caller any more, and nothing arrives. */
  closed(caller: Caller): void;
}
