import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { clean, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";

// RFC 9382 section 4, with Hash = SHA-256, KDF = HKDF-SHA-256 and MAC = HMAC-SHA-256 of the suite.

/** Bytes of Ke, Ka, KcA and KcB: half of a hash or of the KDF's output each. */
export const KEY_BYTES = 16;

/** Bytes of cA and cB. */
export const CONFIRMATION_BYTES = 32;

/** What is left of TT: Ke (16 bytes, secret), and cA and cB (32 bytes each, public once sent, secret before). */
export interface KeySchedule {
  readonly Ke: Uint8Array;
  readonly cA: Uint8Array;
  readonly cB: Uint8Array;
}

/** The whole schedule from TT (secret) and AAD (public); Ka, KcA and KcB are wiped. */
export function keySchedule(TT: Uint8Array, AAD: Uint8Array): KeySchedule {
  const { Ke, Ka } = sharedKeys(TT);
  const { KcA, KcB } = confirmationKeys(Ka, AAD);
  const schedule = { Ke, cA: confirmation(KcA, TT), cB: confirmation(KcB, TT) };
  clean(Ka, KcA, KcB);
  return schedule;
}

/** Ke ‖ Ka = Hash(TT), 16 bytes each, secret. */
export function sharedKeys(TT: Uint8Array): { readonly Ke: Uint8Array; readonly Ka: Uint8Array } {
  const [Ke, Ka] = halves(sha256(TT));
  return { Ke, Ka };
}

/** KcA ‖ KcB = KDF(Ka, nil, "ConfirmationKeys" ‖ AAD), 16 bytes each, secret. */
export function confirmationKeys(
  Ka: Uint8Array,
  AAD: Uint8Array,
): { readonly KcA: Uint8Array; readonly KcB: Uint8Array } {
  const nil = new Uint8Array(0);
  const info = concatBytes(utf8ToBytes("ConfirmationKeys"), AAD);
  const [KcA, KcB] = halves(hkdf(sha256, Ka, nil, info, 2 * KEY_BYTES));
  return { KcA, KcB };
}

/** cA = MAC(KcA, TT), cB = MAC(KcB, TT), 32 bytes. */
export function confirmation(Kc: Uint8Array, TT: Uint8Array): Uint8Array {
  return hmac(sha256, Kc, TT);
}

function halves(bytes: Uint8Array): [Uint8Array, Uint8Array] {
  const pair: [Uint8Array, Uint8Array] = [bytes.slice(0, KEY_BYTES), bytes.slice(KEY_BYTES)];
  clean(bytes);
  return pair;
}
