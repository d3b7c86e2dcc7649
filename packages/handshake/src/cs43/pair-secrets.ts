import { concat, u16, utf8 } from "@countersign/wire";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Endpoint } from "../context.ts";

/** The Noise protocol of a first contact. */
export const PAIR_NOISE = "Noise_XXpsk0_25519_ChaChaPoly_SHA256";

/** idA of SPAKE2: `"I" ‖ number(2) ‖ eid(32)` of the initiator. */
export function initiatorIdentity({ number, eid }: Endpoint): Uint8Array {
  return concat(utf8("I"), u16(number), eid);
}

/** idB of SPAKE2: `"R" ‖ number(2) ‖ eid(32)` of the responder. */
export function responderIdentity({ number, eid }: Endpoint): Uint8Array {
  return concat(utf8("R"), u16(number), eid);
}

/** `psk = HKDF-Expand(HKDF-Extract(salt = ctxh, Ke), "countersign/1 noise psk", 32)`; secret. */
export function derivePairPsk(Ke: Uint8Array, ctxh: Uint8Array): Uint8Array {
  const prk = extract(sha256, Ke, ctxh);
  const psk = expand(sha256, prk, utf8("countersign/1 noise psk"), 32);
  prk.fill(0);
  return psk;
}

/** `prologue = "countersign/1 pair" ‖ ctxh ‖ H(BODY of P1 ‖ BODY of P2)`. */
export function pairPrologue(ctxh: Uint8Array, p1: Uint8Array, p2: Uint8Array): Uint8Array {
  return concat(utf8("countersign/1 pair"), ctxh, sha256(concat(p1, p2)));
}

/** `prologue = "countersign/1 link" ‖ ctxh`. */
export function linkPrologue(ctxh: Uint8Array): Uint8Array {
  return concat(utf8("countersign/1 link"), ctxh);
}
