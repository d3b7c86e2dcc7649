import type { Decoded } from "@countersign/wire";
import type { Role } from "./at.ts";
import type { HandshakeMessage } from "./message-group.ts";

/** A handshake packet as its cipher set reads it. */
export interface Incoming {
  /** The first 16 bytes of the body: stable for the sender's end of the exchange. */
  readonly exch: Uint8Array;
  readonly at: bigint;
  /** Whether it can begin an exchange, as the first packet of its initiator. */
  readonly opening: boolean;
  /** Which end of an exchange sends such a packet; undefined where its form does not say, so that `at` decides. */
  readonly sender: Role | undefined;
  /**
   * Whether reading it has proven whose it is (0x3a, where that costs a hash). What has proven nothing yet is computed
   * at a bounded pace and cannot take the place of what has.
   */
  readonly authentic: boolean;
  readonly body: Uint8Array;
}

/** The keys of an exchange as one end uses them. */
export interface ExchangeKeys {
  /** 32 bytes, secret. */
  readonly sendKey: Uint8Array;
  /** 32 bytes, secret. */
  readonly receiveKey: Uint8Array;
  /** The peer's routing token, 16 bytes, public. */
  readonly sendToken: Uint8Array;
  /** This end's routing token, 16 bytes, public. */
  readonly receiveToken: Uint8Array;
}

/** A packet that is not valid. */
export interface BadPacket {
  readonly type: "bad";
  /** Dotted, for a `drop`. */
  readonly code: string;
}

/** What a packet did to a run. Whatever is `bad` or a `bad-guess` has changed nothing. */
export type RunResult<Introduced> =
  | BadPacket
  | { readonly type: "bad-guess"; readonly code: string }
  /**
   * Answered at once, without a decision of the application. `guess`: the flight lets its receiver test one guess of the
   * code, so it is to be counted first. `message`: what the packet carried, for the application to see later.
   */
  | {
      readonly type: "reply";
      readonly flight: readonly Uint8Array[];
      readonly guess: boolean;
      readonly message?: HandshakeMessage;
    }
  /**
   * An authentic message of the peer for this `at`: the application decides. A run that takes several of them must not
   * depend on one before `accept`, because the machine discards what is of a type that it has.
   */
  | { readonly type: "message"; readonly message: HandshakeMessage; readonly peer: Introduced }
  /** Authentic, and against the rules. */
  | { readonly type: "fault"; readonly code: string; readonly detail: string };

/** What the application's yes makes of a run. */
export interface Accepted<Peer> {
  /** What the peer is told; empty where it has been told everything. */
  readonly flight: readonly Uint8Array[];
  /** Bytes of their own. Those with the tokens of the exchange that is live are its keys, and erased: it has them. */
  readonly keys: ExchangeKeys;
  readonly peer: Peer;
  /**
   * - live: both ends have the keys as far as this one can know; the flight leaves once, and again for each repeat
   * - finishing: the same, but the flight is resent until the peer is heard under the keys
   * - tentative: the keys count when the peer is heard under them; the flight is resent until then
   */
  readonly standing: "live" | "finishing" | "tentative";
  /** Whether a frame under the new keys tells the peer that its last packet has arrived. */
  readonly greet: boolean;
}

/** One handshake at one end, of one `at`: the cryptography of it, without time and without the network. */
export interface Run<Peer, Packet extends Incoming = Incoming, Introduced = Peer> {
  /** Takes a packet of the other end. */
  consume(incoming: Packet): RunResult<Introduced>;
  /** The application accepts the messages that `consume` gave; `messages` are what it says itself. Asked once. */
  accept(messages: readonly HandshakeMessage[]): Accepted<Peer>;
  /** Erases the secrets; nothing may be asked afterwards. */
  wipe(): void;
}

/**
 * What the exchange machine is written against: the handshakes of one cipher set between two ends. `Introduced` is what
 * is known of the peer when the application decides, `Peer` what is known when there are keys. Where exchanges last, the
 * ephemeral key is drawn by `call` or `accept`, not before: `renew` may come between an opening and the yes to it.
 */
export interface CipherSet<Peer, Packet extends Incoming = Incoming, Introduced = Peer> {
  readonly csid: number;
  /** How far an incoming `at` may be above the highest and the clock; undefined where any is taken. */
  readonly atCap: bigint | undefined;
  /**
   * Whether an exchange lasts over handshakes, as in telehash: they have one ephemeral key at each end until `renew`, a
   * new token of the peer ends the exchange at once, and so does a handshake that is not answered. If not, each
   * handshake makes an exchange of its own, and the one before stays until the new one is CONFIRMED.
   */
  readonly lasting: boolean;
  /** Reads a handshake body of this cipher set, cheaply; changes nothing. */
  read(body: Uint8Array): Decoded<Packet> | { readonly ok: false; readonly code: string };
  /** Begins a handshake as initiator with this `at`. */
  call(
    at: bigint,
    messages: readonly HandshakeMessage[],
  ): { readonly run: Run<Peer, Packet, Introduced>; readonly flight: readonly Uint8Array[] };
  /** Begins a handshake as responder to an opening, unless it is bad: then there is no run. */
  answer(opening: Packet): Answer<Peer, Packet, Introduced>;
  /** The exchange is over: what its handshakes have shared is erased, and the next one begins with a new ephemeral key. */
  renew(): void;
}

/** What became of an opening. */
export type Answer<Peer, Packet extends Incoming = Incoming, Introduced = Peer> =
  | { readonly run: Run<Peer, Packet, Introduced>; readonly result: Exclude<RunResult<Introduced>, BadPacket> }
  | { readonly run: undefined; readonly result: BadPacket };
