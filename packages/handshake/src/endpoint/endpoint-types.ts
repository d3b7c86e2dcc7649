import type { DhFunctions, KeyPair } from "@countersign/noise";
import type { JsonObject } from "@countersign/wire";
import type { OutgoingContent } from "../e3x-channels/channel-types.ts";
import type { Role } from "../exchange/at.ts";
import type { HandshakeMessage } from "../exchange/message-group.ts";
import type { Persist, Persisted, Wake } from "../machine.ts";
import type { PeerName } from "./peer-name.ts";
import type { Budget } from "./token-bucket.ts";

/** What an endpoint of telehash is made of. */
export interface EndpointOptions {
  /** Key pairs by CSID; the public keys are the CSKs. */
  readonly keys: { readonly "3a": KeyPair };
  /** SHA-256 of the CSKs of further cipher sets that this endpoint's hashname is made of, by CSID (such as `1a`). */
  readonly intermediates?: Readonly<Record<string, Uint8Array>>;
  readonly dh: DhFunctions;
  /** A cryptographic random generator. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** What is said in every handshake beside the `link`, one message of each type. */
  readonly messages?: readonly HandshakeMessage[];
  /** The highest `at` of each pair that was persisted before a restart, by the peer's hashname. */
  readonly highest?: ReadonlyMap<string, bigint>;
  /** Handshakes of unknown senders that are decrypted: 32 at once and 16 each second by default. */
  readonly strangers?: Budget;
}

/** What happens to an endpoint. `Path` is how a packet travels; the endpoint only hands it back, and compares it by `===`. */
export type EndpointInput<Path> =
  /**
   * Begin to talk to a peer, or make sure that it still listens. Of whom only the hashname is known nothing can be sent to:
   * its own handshake is waited for.
   */
  | { readonly type: "link"; readonly peer: PeerName; readonly path: Path }
  /** A packet from the network, out of its cloak and its chunks. */
  | { readonly type: "packet"; readonly bytes: Uint8Array; readonly path: Path }
  /** Says yes to what was offered under this id; too late or twice changes nothing. */
  | { readonly type: "accept"; readonly id: number }
  /** Says no: the peer gets no answer and does not learn that there is anybody. */
  | { readonly type: "refuse"; readonly id: number }
  /** From now on say this in handshakes, in place of earlier messages of the same types; peers that are up hear it now. */
  | { readonly type: "provide"; readonly messages: readonly HandshakeMessage[]; readonly hashname?: string }
  /** A transport wants to know whether the path to a peer, or to all that are up, is still good. */
  | { readonly type: "keep-alive"; readonly hashname?: string }
  /** Opens a channel, with its first content. What is said before the peer is up waits until it is. */
  | {
      readonly type: "open";
      readonly hashname: string;
      /** What the channel is for. */
      readonly channelType: string;
      readonly reliable: boolean;
      readonly content?: OutgoingContent;
      /** Milliseconds, 30,000 by default; see `ChannelOptions`. */
      readonly timeoutMs?: number;
    }
  | ({ readonly type: "send"; readonly content: OutgoingContent } & ChannelName)
  /** Done with what was delivered last: on a reliable channel the next is delivered only then, and the peer told. */
  | ({ readonly type: "processed" } & ChannelName)
  /** Gives a channel up; the peer gets the words. */
  | ({ readonly type: "fail"; readonly err: string } & ChannelName)
  | { readonly type: "time" }
  | Persisted
  /** Forget a peer, or everything. */
  | { readonly type: "end"; readonly hashname?: string };

/** What an endpoint wants done. */
export type EndpointOutput<Path> =
  | { readonly type: "send"; readonly bytes: Uint8Array; readonly path: Path }
  /** All messages of a peer for one `at` so far, verified. There are no keys and no answer before `accept`. */
  | {
      readonly type: "offer";
      readonly id: number;
      readonly hashname: string;
      readonly at: bigint;
      /** `initiator`: it answers a handshake of ours. */
      readonly role: Role;
      readonly messages: readonly HandshakeMessage[];
      /** Whether nobody here has ever linked to it or accepted it. */
      readonly stranger: boolean;
      readonly path: Path;
    }
  /** Channels may be opened; what waited has left. */
  | { readonly type: "up"; readonly hashname: string; readonly at: bigint }
  /** A later handshake in the same exchange was confirmed: the path is good. */
  | { readonly type: "alive"; readonly hashname: string; readonly at: bigint }
  /** Nothing can be sent any more, and all channels are closed. */
  | { readonly type: "down"; readonly hashname: string; readonly reason: DownReason }
  | ({
      readonly type: "channel-opened";
      readonly channelType: string;
      readonly reliable: boolean;
      readonly opener: "self" | "peer";
    } & ChannelName)
  | ({
      readonly type: "deliver";
      readonly json: JsonObject;
      readonly body: Uint8Array;
      readonly end: boolean;
    } & ChannelName)
  /** The peer's application has processed what was sent on a reliable channel up to this packet, counted from 1. */
  | ({ readonly type: "confirmed"; readonly seq: number } & ChannelName)
  /** Over: by an end from both sides, or by an error, which may be `timeout`, or `reset` when the exchange is over. */
  | ({ readonly type: "channel-closed"; readonly err: string | undefined } & ChannelName)
  /** The highest `at` between us and this peer, which must never go back. */
  | Persist<{ readonly hashname: string; readonly at: bigint }>
  /** No `at` is left between the two: one of them has to come back with another hashname. */
  | { readonly type: "exhausted"; readonly hashname: string }
  /** Bytes that changed nothing, and why. */
  | { readonly type: "drop"; readonly code: string }
  | Wake;

/** A channel between us and a peer. */
export interface ChannelName {
  readonly hashname: string;
  /** `c`. */
  readonly channel: number;
}

/**
 * Why there are no keys any more: the peer has begun another exchange, has not answered a handshake, was refused (after it
 * had been accepted, or when it answered), or was ended here.
 */
export type DownReason = "replaced" | "unanswered" | "refused" | "ended";
