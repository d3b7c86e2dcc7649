import type { Identity, PinnedPeer } from "@countersign/handshake";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import type { RandomBytes } from "./ports.ts";
import { systemRandomBytes } from "./system.ts";

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

/** Makes the keys for a group (spec 0003, section 1). Use others in every group, so that groups cannot be linked. */
export function generateIdentity(randomBytes: RandomBytes = systemRandomBytes): FullIdentity {
  const privateKey = randomBytes(32);
  const secretKey = randomBytes(32);
  return {
    noiseStatic: { privateKey, publicKey: x25519.getPublicKey(privateKey) },
    ed25519: { secretKey, publicKey: ed25519.getPublicKey(secretKey) },
  };
}
