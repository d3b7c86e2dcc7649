import type { Backend, KeyPair } from "@countersign/noise";
import type { Backend as Spake2Backend } from "@countersign/spake2";
import type { Endpoint } from "../context.ts";
import type { FailureCode, Pin, SessionParameters } from "../peer-group-types.ts";

/** What a pair knows and has before any packet: the same for all its exchanges of a session. */
export interface PairSuite {
  readonly parameters: SessionParameters;
  readonly self: Endpoint;
  readonly peer: Endpoint;
  readonly staticKey: KeyPair;
  /** Ed25519 public key, 32 bytes. */
  readonly ed25519: Uint8Array;
  readonly label: string;
  readonly backend: Backend;
  readonly spake2Backend?: Spake2Backend | undefined;
  readonly randomBytes: (length: number) => Uint8Array;
  /**
   * Whether a first contact may still go on. Once the pair is up it may not, in any run that was begun before: whoever
   * has the code could otherwise take the place of the peer whose keys are in the SAS.
   */
  readonly pairing: () => boolean;
  /** The `next` of our link payloads: the m that we expect from the peer. */
  readonly expected: () => bigint;
}

/** Why an authentic peer is turned away. */
export interface Refusal {
  readonly code: FailureCode;
  readonly detail: string;
  /** The label, where two have the same. */
  readonly label?: string | undefined;
}

/** Who the other end proved to be. All public, the label for the parties of the session only. */
export interface IntroducedPeer {
  /** X25519 static public key, 32 bytes. */
  readonly noiseStatic: Uint8Array;
  /** Ed25519 public key, 32 bytes. */
  readonly ed25519: Uint8Array;
  /** Undefined in a re-link, where the pin has it. */
  readonly label: string | undefined;
}

/** Who a pin says that the peer is. */
export function introducedBy({ noiseStatic, ed25519 }: Pin): IntroducedPeer {
  return { noiseStatic, ed25519, label: undefined };
}

/** What a complete exchange of cipher set 0x43 says of the peer. */
export interface LinkedPeer extends IntroducedPeer, Pin {
  /** The m that the peer expects from us. */
  readonly next: bigint;
}
