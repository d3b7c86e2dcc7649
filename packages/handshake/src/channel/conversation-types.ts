import type { CipherFunctions } from "@countersign/noise";
import type { FrameKind } from "@countersign/wire";
import type { Machine, Wake } from "../machine.ts";
import type { ChannelKeys } from "./channel.ts";
import type { JournalState } from "./journal.ts";
import type { MessageKind } from "./message.ts";
import type { ControlKind } from "./outbox.ts";

export interface ConversationOptions {
  /** ChaChaPoly of a Noise backend. */
  readonly cipher: CipherFunctions;
  /** What was kept over a restart; a conversation that has never begun without it. */
  readonly resume?: JournalState & { readonly expected: bigint };
}

/** What a conversation takes. After a `close`, its own or the peer's, it takes no message any more. */
export type ConversationInput =
  | Install
  /** The exchange of this tentative channel came to nothing. */
  | { readonly type: "discard"; readonly id: number }
  /** The peer repeats its last flight: it has missed the greeting. */
  | { readonly type: "repeat-greeting"; readonly id: number }
  /** The body of a channel packet. */
  | { readonly type: "packet"; readonly body: Uint8Array }
  /** A message that counts across exchanges; gets the m `posted`. APP has up to 1 MiB, the others 16,371 bytes. */
  | { readonly type: "post"; readonly kind: MessageKind; readonly content: Uint8Array }
  /** A frame of the live exchange, lost with it; up to 16,379 bytes. Throws `UsageError` before one is live. */
  | { readonly type: "control"; readonly kind: ControlKind; readonly data: Uint8Array }
  | { readonly type: "time" }
  /** The transport is back: what is unacknowledged leaves again. */
  | { readonly type: "reconnected" }
  /** Ends the conversation now: what has not left yet never will, so wait for `idle` first. One byte, 0 to 255. */
  | { readonly type: "close"; readonly reason: number };

/** The keys of an exchange. */
export interface Install extends ChannelKeys {
  readonly type: "install";
  /** Names the exchange towards the caller. */
  readonly id: number;
  /** Whether the first authentic frame makes it live; nothing is sent on it before. */
  readonly tentative: boolean;
  /** Whether an ACK frame leaves at once. Has no meaning for a tentative exchange. */
  readonly greet: boolean;
  /** The m that the peer expects, as its `link` message says. */
  readonly peerNext: bigint;
}

export type ConversationOutput =
  /** The body of a channel packet. */
  | { readonly type: "send"; readonly body: Uint8Array }
  /** A message, in order and once; or an HS frame, which may come again after a re-link if its sender sends it again. */
  | { readonly type: "deliver"; readonly kind: MessageKind | typeof FrameKind.HS; readonly content: Uint8Array }
  /** The first authentic frame under this exchange's keys. */
  | { readonly type: "heard"; readonly id: number }
  /** The peer has all messages up to `m`. */
  | { readonly type: "acknowledged"; readonly m: bigint }
  /** The peer has all messages. */
  | { readonly type: "idle" }
  /** A new exchange is to take the place of this one; once per exchange. */
  | { readonly type: "relink-due"; readonly id: number }
  | { readonly type: "drop"; readonly code: string }
  /** The peer has broken the protocol; `closed` follows. */
  | { readonly type: "fault"; readonly code: string; readonly detail: string }
  | ConversationClosed
  | Wake;

/** The last that a conversation says, once. */
export interface ConversationClosed {
  readonly type: "closed";
  /** Who wanted it; `reason` is theirs. */
  readonly by: "self" | "peer";
  readonly reason: number;
  /** Whether both ends know: the peer's CLOSE was received, or this end's was acknowledged. If not: truncated. */
  readonly orderly: boolean;
  /** Whether the peer has all messages that were posted. */
  readonly delivered: boolean;
}

/** The machine, and what others have to know of it. */
export interface Conversation extends Machine<ConversationInput, ConversationOutput> {
  /** The m of the next message from the peer: the `next` of a `link` message. */
  readonly expected: bigint;
  /** The m of the next message that is posted. */
  readonly posted: bigint;
  /** Whether there is an exchange to send on. */
  readonly live: boolean;
}
