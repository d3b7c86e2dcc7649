import type { Backend, KeyPair } from "@countersign/noise";
import type { Backend as Spake2Backend } from "@countersign/spake2";
import type { CloseReason } from "@countersign/wire";
import type { MessageKind } from "./channel/message.ts";
import type { HandshakeMessage } from "./exchange/message-group.ts";
import type { GroupHistory } from "./group/history.ts";
import type { Drop, Persist, Persisted, Wake } from "./machine.ts";
import type { Party, PinnedPeer } from "./pin.ts";
import type { Opening } from "./sas/opening.ts";

export type { Party, Pin, PinnedPeer } from "./pin.ts";

/** What a session is for; bound into every handshake. */
export type SessionKind = "keygen" | "sign" | "exchange";

/** What all parties of a session must agree on (spec 0003, section 2). All public. */
export interface SessionParameters {
  /** 16 bytes of the group's UUID. */
  readonly group: Uint8Array;
  /** 16 bytes of the session's UUID. */
  readonly session: Uint8Array;
  readonly kind: SessionKind;
  /** How many parties take part, 2 to 255; of a key that is used, as many as sign. */
  readonly parties: number;
  /** Number of signers needed, 1 to `parties`. */
  readonly threshold: number;
}

/** A party's long-term keys in one group. */
export interface Identity {
  /** X25519 static key pair of Noise; its `privateKey` is secret. */
  readonly noiseStatic: KeyPair;
  /** Ed25519 public key, 32 bytes, that signs certificates and records. */
  readonly ed25519: Uint8Array;
}

/**
 * How pairs come up: with a spoken code, or with what was pinned before. Never both: falling back from pins to a code is
 * the user's decision, not a program's.
 */
export type Trust =
  | {
      readonly type: "code";
      /** Scrypt of the code (`codeKdf`, `codeSalt`), 32 bytes, secret; undefined once all pairs were up. */
      readonly prk: Uint8Array | undefined;
      /** Failed guesses after which the code is burned; 10 by default. */
      readonly guessLimit?: number;
      /** Guesses that were counted for this code before a restart; 0 by default. */
      readonly guessesUsed?: number;
      /** Peers of an existing key share: a code brings them up only with the keys that are pinned. */
      readonly expected?: readonly PinnedPeer[];
    }
  | {
      readonly type: "pins";
      /**
       * All N − 1 other parties; in a session that signs, all others of the key, of whom those come who sign, under the
       * numbers that they have there. Both sides have called themselves by these labels when they were pinned.
       */
      readonly pins: readonly PinnedPeer[];
    };

export interface PeerGroupOptions {
  readonly parameters: SessionParameters;
  readonly self: {
    /** This party's number, 1 to 255: given by the relay, or by a key that is used by pins. */
    readonly number: number;
    /** 32 random bytes of this session and endpoint. Public. */
    readonly eid: Uint8Array;
    /** Shown to the other parties; 1 to 64 bytes of UTF-8, see `checkLabel`. */
    readonly label: string;
    readonly identity: Identity;
  };
  readonly trust: Trust;
  /** Uniform random bytes from the operating system's generator. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** Noise backend; the portable one by default. */
  readonly backend?: Backend;
  /** Backend of SPAKE2, for first contacts by a code; the portable one by default. */
  readonly spake2Backend?: Spake2Backend;
  /** Whether a group link is made where there can be one (spec 0012), true by default; without it all pairs re-link. */
  readonly groupLink?: boolean;
  /** What is known of this very session from a process that has ended: same parameters, eid, number and identity. */
  readonly history?: GroupHistory;
}

export type PeerGroupInput =
  /** Takes the session up where its `history` ends; the first input then, and none where there is no history. */
  | { readonly type: "resume" }
  /** The relay told of another party. */
  | { readonly type: "member"; readonly number: number; readonly eid: Uint8Array; readonly versions: Uint8Array }
  /** A packet arrived; `from` is the relay's word and only a hint. */
  | { readonly type: "packet"; readonly from: number; readonly bytes: Uint8Array }
  | { readonly type: "time" }
  | Persisted
  /** Sends an application message to one party, or to all (`to: 0`): at most 1 MiB less 38 bytes, once `ready`. */
  | { readonly type: "send"; readonly to: number; readonly round: number; readonly bytes: Uint8Array }
  /** The user compared the SAS with everybody: the same, or not. */
  | { readonly type: "confirm"; readonly same: boolean }
  /** The transport is back: what is unacknowledged is sent again at once. */
  | { readonly type: "reconnected" }
  /** The application has all messages up to this `seq`: a later process is not given them again. */
  | { readonly type: "taken"; readonly seq: number }
  /** Runs a new K1–K2 with a party now, for instance because a transport asks for a keep-alive. */
  | { readonly type: "relink"; readonly number: number }
  /**
   * Says this in messages that follow the handshakes with one party, or with all (`to: 0`), once `ready`: of any type but
   * `link` and `uri`, such as `jwt` and `tx`; up to 16,379 bytes each. One of a type that was said before takes its place
   * by a new handshake. Each re-link says all of them again, a later process none.
   */
  | { readonly type: "provide"; readonly to: number; readonly messages: readonly HandshakeMessage[] }
  | { readonly type: "close"; readonly reason: CloseReason };

/** Every reason for which a session fails for good; the sentence beside it says more. */
export const failureCodes = [
  "peer.wrong-code",
  "peer.code-unproven",
  "peer.pin-unproven",
  "peer.timeout",
  "peer.identity-changed",
  "peer.roster-changed",
  "peer.duplicate-identity",
  "peer.sas-mismatch",
  "peer.sas-aborted",
  "peer.protocol",
  "peer.at-exhausted",
] as const;
export type FailureCode = (typeof failureCodes)[number];

/** Why a session failed for good. `culprits` are party numbers, empty where nobody can be named. */
export interface Failed {
  readonly type: "failed";
  readonly code: FailureCode;
  readonly culprits: readonly number[];
  /** A sentence for a log; holds no secret. */
  readonly detail: string;
  /** Of `peer.duplicate-identity`, where it is no key: the label that two parties have. For people, not for a log. */
  readonly label?: string | undefined;
}

export type PeerGroupOutput =
  | { readonly type: "send"; readonly to: number; readonly bytes: Uint8Array }
  | Wake
  | Persist<PeerGroupEntry>
  /** To be written in its place among what is to persist; nothing waits for it, and what of these is lost is made good. */
  | { readonly type: "note"; readonly entry: PeerGroupEntry }
  | Drop
  /** The channel with this party is up (again after a re-link). Its identity is proven by code or pin, not yet by SAS. */
  | { readonly type: "up"; readonly number: number; readonly label: string; readonly noiseStatic: Uint8Array }
  /** The string to compare; only after all reveals were verified. `verified`: pinned keys, nobody needs to be asked. */
  | {
      readonly type: "sas";
      /** Five words joined by "-". */
      readonly words: string;
      /** Six digits. */
      readonly digits: string;
      readonly parties: readonly Party[];
      readonly verified: boolean;
      /** The user has said yes in a process before this one, and need not be asked again. */
      readonly agreed?: true;
    }
  /** A party said that its user saw the same string. Shown, never a substitute for hearing it. */
  | { readonly type: "peer-confirmed"; readonly number: number }
  /** Application messages may flow: own yes and N−1 SAS_OK, or all pinned. */
  | {
      readonly type: "ready";
      /** Of the others who take part; to be kept if the user wants. */
      readonly pins: readonly PinnedPeer[];
      /** GT (spec 0003, section 8.2), 32 bytes, public: the same for all parties, and for no other session. */
      readonly transcript: Uint8Array;
    }
  /** `seq` counts the messages of this session, from 1, and is the same when a message is told again after a restart. */
  | {
      readonly type: "message";
      readonly seq: number;
      readonly from: number;
      readonly round: number;
      readonly bytes: Uint8Array;
    }
  /**
   * What has followed a party's handshake of this `at` so far, one message of each type; said again with each further one.
   * It is for the application to judge: whoever is not content with it closes.
   */
  | {
      readonly type: "handshake-messages";
      readonly from: number;
      readonly at: bigint;
      readonly messages: readonly HandshakeMessage[];
    }
  /** A peer has proven to have another code. `left` more of these, and the code is burned. */
  | { readonly type: "guess-failed"; readonly from: number; readonly left: number }
  /** The peer has acknowledged all messages that were sent to it so far. */
  | { readonly type: "delivered"; readonly to: number }
  /** The peer closed, or has heard that we do. `delivered`: it had taken everything that was sent to it. */
  | { readonly type: "closed"; readonly number: number; readonly reason: number; readonly delivered: boolean }
  | Failed;

/** What a peer group wants to have on disk. Everything is of one session, except the guesses: (group, session). */
export type PeerGroupEntry =
  | { readonly type: "at"; readonly peer: number; readonly at: bigint }
  | { readonly type: "guesses"; readonly count: number }
  | { readonly type: "sas-nonce"; readonly nonce: Uint8Array }
  /** The nonce is used up: a restart that finds this and neither openings nor `sas-failed` behind it is a SAS failure. */
  | { readonly type: "sas-revealed" }
  /** All openings are verified: a restart shows the same string. */
  | { readonly type: "sas-opened"; readonly openings: readonly Opening[] }
  | { readonly type: "sas-complete" }
  | { readonly type: "sas-failed" }
  /** Who a peer has proven to be. Secret. */
  | { readonly type: "up"; readonly identity: PinnedPeer }
  /** A message to these peers, which got the next m of each. Secret. */
  | {
      readonly type: "posted";
      readonly peers: readonly number[];
      readonly kind: MessageKind;
      readonly content: Uint8Array;
    }
  /** The peer has all messages up to m. */
  | { readonly type: "acknowledged"; readonly peer: number; readonly m: bigint }
  /** The next message of a peer, before it is acknowledged. Secret. */
  | { readonly type: "received"; readonly peer: number; readonly kind: MessageKind; readonly content: Uint8Array }
  | { readonly type: "taken"; readonly seq: number }
  /** The conversation with this peer is over. */
  | { readonly type: "closed"; readonly peer: number; readonly reason: number; readonly delivered: boolean };
