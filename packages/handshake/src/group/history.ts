import type { Message, MessageKind } from "../channel/message.ts";
import type { PinnedPeer } from "../pin.ts";
import type { Opening } from "../sas/opening.ts";

/** What is known of one other party at the end of a process. Counters are those of the messages between the two. */
export interface PeerHistory {
  readonly number: number;
  /** 32 bytes, public. */
  readonly eid: Uint8Array;
  readonly versions: Uint8Array;
  /** The highest `at` that counts. */
  highest: bigint;
  /** Who it proved to be; `linkPsk` is secret. */
  identity: PinnedPeer | undefined;
  /** Messages to it so far: the m of the next one. */
  posted: bigint;
  /** Those of them that it has not acknowledged. Secret. */
  readonly unacknowledged: Message[];
  /** Messages of it so far: the m that is expected. */
  received: bigint;
  /** What it said for the SAS. */
  readonly sas: { readonly kind: MessageKind; readonly content: Uint8Array }[];
  /** How its conversation ended, if it did. */
  closed: { readonly reason: number; readonly delivered: boolean } | undefined;
}

/** An application message that was acknowledged to its sender and not `taken` by the application. Secret. */
export interface HeldMessage {
  /** Counts all application messages that this end has received in this session, from 1. */
  readonly seq: number;
  readonly from: number;
  /** As it came, with its head. */
  readonly content: Uint8Array;
}

/** What of a session survives the process (spec 0004, section 9): everything but keys of channels. */
export interface GroupHistory {
  readonly peers: PeerHistory[];
  /** Guesses that count for this code. */
  guesses: number;
  /** `open`: one's own nonce is not revealed; `revealed`: it is, and nothing came of it; `opened`: there is a string. */
  sas: "open" | "revealed" | "opened" | "complete" | "failed";
  /** What the string is made of, until it is confirmed. Secret. */
  opened: readonly Opening[] | undefined;
  /** Whether this end has said SAS_OK. */
  agreed: boolean;
  /** One's own nonce while it may be used: 32 bytes, secret. */
  nonce: Uint8Array | undefined;
  /** Application messages that this end has sent, each counted once, however many it was for. */
  sent: number;
  /** The seq of the last application message. */
  received: number;
  /** The seq up to which the application has them. */
  taken: number;
  readonly inbox: HeldMessage[];
}

/** The history of a session that has just begun. */
export function createHistory(): GroupHistory {
  const counters = { guesses: 0, sent: 0, received: 0, taken: 0 };
  return { peers: [], ...counters, sas: "open", opened: undefined, agreed: false, nonce: undefined, inbox: [] };
}
