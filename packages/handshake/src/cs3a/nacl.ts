import type { DhFunctions, KeyPair } from "@countersign/noise";
import { concat, UsageError, utf8 } from "@countersign/wire";
// The underscore notwithstanding, this is an export of the package: Poly1305 by itself, to be used with a key once.
import { poly1305 } from "@noble/ciphers/_poly1305.js";
import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Result3a, refused3a } from "./results.ts";

/** Bytes of a public key. */
export const KEY_LENGTH = 32;
/** Bytes of a nonce of XSalsa20, long enough to be drawn at random. */
export const NONCE_LENGTH = 24;
/** Bytes of an authenticator of Poly1305. */
export const TAG_LENGTH = 16;
const SIGMA = words(utf8("expand 32-byte k"));

/**
 * crypto_box_beforenm of NaCl: HSalsa20 of the X25519 shared secret, 32 bytes, secret. Public keys that are not 32 bytes,
 * or of small order, are refused: with one of those everybody knows the secret.
 */
export function agree(dh: DhFunctions, own: KeyPair, publicKey: Uint8Array): Result3a<Uint8Array> {
  if (publicKey.length !== KEY_LENGTH) return refused3a("cs3a.length");
  const shared = dh.dh(own, publicKey);
  if (shared === undefined) return refused3a("cs3a.small-order");
  const agreed = new Uint32Array(8);
  const key = words(shared);
  hsalsa(SIGMA, key, new Uint32Array(4), agreed);
  shared.fill(0);
  key.fill(0);
  return { ok: true, value: new Uint8Array(agreed.buffer) };
}

/** crypto_secretbox: `tag(16) ‖ ciphertext`. Never use a nonce twice with a key. */
export function secretbox(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
  if (nonce.length !== NONCE_LENGTH) throw new UsageError("usage.length", "a nonce has 24 bytes");
  return xsalsa20poly1305(key, nonce).encrypt(plaintext);
}

/** crypto_secretbox_open: the plaintext, or undefined for what was not made with this key and nonce. */
export function openSecretbox(key: Uint8Array, nonce: Uint8Array, box: Uint8Array): Uint8Array | undefined {
  if (box.length < TAG_LENGTH) return undefined;
  try {
    return xsalsa20poly1305(key, nonce).decrypt(box);
  } catch {
    return undefined;
  }
}

/** crypto_onetimeauth of CS3a's AUTH, 16 bytes: the key is SHA-256 of the nonce and the secret of both endpoints. */
export function oneTimeAuth(secret: Uint8Array, nonce: Uint8Array, message: Uint8Array): Uint8Array {
  const keyed = concat(nonce, secret);
  const key = sha256(keyed);
  const tag = poly1305(message, key);
  keyed.fill(0);
  key.fill(0);
  return tag;
}

/** A copy of these bytes as the words that HSalsa20 takes. */
function words(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}
