import type { JsonObject } from "@countersign/wire";
import type { ChannelContent, ReliableDrop } from "../reliable/reliable-channel.ts";

/** How a channel is opened, at either end. */
export interface ChannelOptions {
  /** `c`: 1 to 2^32-1. */
  readonly id: number;
  /** What the channel is for, in its first packet. */
  readonly type: string;
  /** Whether packets arrive once and in order. If not, a packet arrives once, in any order, or not at all. */
  readonly reliable: boolean;
  /** Who sends the first packet. */
  readonly opener: "self" | "peer";
  /** Milliseconds without a sign of the peer after which a channel that waits for one is over, 30,000 by default. */
  readonly timeoutMs?: number;
}

/** What the application says on a channel. */
export interface OutgoingContent {
  /** Keys of the packet's JSON; `c`, `type`, `end`, `err`, `seq`, `ack` and `miss` are the channel's own. */
  readonly json?: JsonObject;
  readonly body?: Uint8Array;
  /** Nothing comes after this. */
  readonly end?: boolean;
}

/** What the peer says on a channel. */
export interface IncomingContent {
  /** Keys of the packet's JSON but for the channel's own; those of the first packet among them. */
  readonly json: JsonObject;
  readonly body: Uint8Array;
  /** Nothing comes after this. */
  readonly end: boolean;
}

/** What happens to a channel. */
export type ChannelInput =
  /** The first one opens a channel of ours. Throws `UsageError` after the end, and while `writable` is false. */
  | { readonly type: "send"; readonly content: OutgoingContent }
  /** An authentic packet of this channel that was not there before; the first one opens a channel of the peer. */
  | { readonly type: "packet"; readonly content: ChannelContent }
  /** The application is done with what was delivered last; a reliable channel delivers the next only then. */
  | { readonly type: "processed" }
  /** Gives the channel up. The peer gets the words. */
  | { readonly type: "fail"; readonly err: string }
  /** The exchange that the channel is in is over. */
  | { readonly type: "reset" }
  | { readonly type: "time" };

/** What is to be done. */
export type ChannelOutput =
  /** An inner packet, to be encrypted and sent. */
  | { readonly type: "transmit"; readonly inner: Uint8Array }
  | { readonly type: "deliver"; readonly content: IncomingContent }
  /** The application at the other end has processed everything up to our packet with this number. */
  | { readonly type: "confirmed"; readonly seq: number }
  /** Over, by an end from both sides; or by an error: the peer's or our own words, `timeout`, or `reset`. */
  | { readonly type: "closed"; readonly err: string | undefined }
  | { readonly type: "drop"; readonly code: ReliableDrop | "channel.after-end" | "channel.closed" };
