import type { SessionKind, SessionParameters } from "@countersign/handshake";

/** A place at the relay where those meet who know a code. */
export interface Invitation {
  readonly parameters: SessionParameters;
  /** The public part of the code: a number of 1 to 6 digits, known to the relay. */
  readonly nameplate: string;
  /** The secret part of the code: words joined by "-", or 32 hexadecimal digits. */
  readonly secret: string;
  /** The whole code as it is said and typed: `7-revenge-guitarist-…`. Secret. */
  readonly spoken: string;
  /** Seconds in which the nameplate can be claimed, for who made the invitation. */
  readonly lifeSeconds?: number;
  /** 16 bytes that prove to the relay who claimed the slot, for who joined. */
  readonly claim?: Uint8Array;
}

export interface InvitationOptions {
  readonly kind: SessionKind;
  /** 2 to 255; 2 by default. */
  readonly parties?: number;
  /** 1 to `parties`; `parties` by default. */
  readonly threshold?: number;
  /** Seconds, 60 to 86,400; 600 by default. */
  readonly lifeSeconds?: number;
  /** Words of the code; 4 by default, which are 32 bits. */
  readonly words?: number;
}
