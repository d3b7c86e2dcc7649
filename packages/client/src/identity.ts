import type { Identity, PinnedPeer } from "@countersign/handshake";

/** One's own long-term keys in one group, secret halves included: to be kept encrypted or readable by the user only. */
export interface FullIdentity {
  /** X25519; `privateKey` is secret. */
  readonly noiseStatic: Identity["noiseStatic"];
  /** Ed25519, 32 bytes each; signs certificates and records. */
  readonly ed25519: { readonly secretKey: Uint8Array; readonly publicKey: Uint8Array };
}

/** Whom to meet again without a code. */
export interface Contact {
  /** 16 bytes that only the two can compute: `contactGroup(pin.linkPsk)` of @countersign/handshake. */
  readonly group: Uint8Array;
  readonly pin: PinnedPeer;
}
