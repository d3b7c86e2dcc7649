import type { Incoming } from "../exchange/cipher-set.ts";
import type { HandshakeMessage } from "../exchange/message-group.ts";
import type { VerifiedMessage3a } from "./message.ts";

/** An endpoint of telehash whose key is known. */
export interface Peer3a {
  /** Its CSK, 32 bytes, public. */
  readonly key: Uint8Array;
  /** 52 characters. */
  readonly hashname: string;
}

/** A handshake message of cipher set 3a, verified. */
export interface Incoming3a extends Incoming {
  readonly message: HandshakeMessage;
  readonly verified: VerifiedMessage3a;
}
