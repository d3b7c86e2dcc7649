import type { Decoded } from "@countersign/wire";

/** A handshake packet as its cipher set reads it before anything is proven. */
export interface Incoming {
  /** The first 16 bytes of the body: stable for the sender's end of the exchange. */
  readonly exch: Uint8Array;
  readonly at: bigint;
  /** Whether it begins an exchange. */
  readonly opening: boolean;
  /** Which end of an exchange sends such a packet. */
  readonly sender: "initiator" | "responder";
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

/** What a packet did to a run. Whatever does not say `reply` or `complete` has changed nothing. */
export type RunResult<Peer> =
  | BadPacket
  | { readonly type: "bad-guess"; readonly code: string }
  /** `guess`: the flight lets its receiver test one guess of the code, so it is to be counted first. */
  | { readonly type: "reply"; readonly flight: readonly Uint8Array[]; readonly guess: boolean }
  | {
      readonly type: "complete";
      readonly flight: readonly Uint8Array[];
      readonly keys: ExchangeKeys;
      readonly peer: Peer;
    }
  | { readonly type: "refused"; readonly code: string; readonly detail: string };

/** One exchange at one end: the cryptography of it, without time and without the network. */
export interface Run<Peer, Packet extends Incoming = Incoming> {
  /** This end's EXCH, 16 bytes. */
  readonly exch: Uint8Array;
  /** Takes a packet of the other end; on anything but `reply` and `complete` the run is as it was. */
  consume(incoming: Packet): RunResult<Peer>;
  /** Erases the secrets; nothing may be consumed afterwards. */
  wipe(): void;
}

/** What the exchange machine is written against: the messages of one cipher set between two ends. */
export interface CipherSet<Peer, Packet extends Incoming = Incoming> {
  readonly csid: number;
  /** Reads a handshake body of this cipher set, cheaply, before any secret is touched. */
  read(body: Uint8Array): Decoded<Packet>;
  /** Begins an exchange as initiator with this `at`. */
  call(at: bigint): { readonly run: Run<Peer, Packet>; readonly flight: readonly Uint8Array[] };
  /** Begins an exchange as responder to an opening, unless it is bad: then there is no run. */
  answer(opening: Packet): Answer<Peer, Packet>;
}

/** What became of an opening. */
export type Answer<Peer, Packet extends Incoming = Incoming> =
  | { readonly run: Run<Peer, Packet>; readonly result: Exclude<RunResult<Peer>, BadPacket> }
  | { readonly run: undefined; readonly result: BadPacket };
