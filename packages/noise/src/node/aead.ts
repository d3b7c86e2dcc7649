import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import type { AeadKey } from "../cipher-functions.ts";
import { TAGLEN } from "../limits.ts";
import { withoutBuffer } from "./without-buffer.ts";

/** ChaCha20-Poly1305 of node:crypto. */
export function chaChaPoly(k: Uint8Array): AeadKey {
  return new OpenSslKey(CHACHAPOLY, k);
}

/** AES-256-GCM of node:crypto. */
export function aesGcm(k: Uint8Array): AeadKey {
  return new OpenSslKey(AESGCM, k);
}

const OPTIONS = { authTagLength: TAGLEN };

const CHACHAPOLY = {
  cipher: (key: KeyObject, nonce: Uint8Array) => createCipheriv("chacha20-poly1305", key, nonce, OPTIONS),
  decipher: (key: KeyObject, nonce: Uint8Array) => createDecipheriv("chacha20-poly1305", key, nonce, OPTIONS),
};

const AESGCM = {
  cipher: (key: KeyObject, nonce: Uint8Array) => createCipheriv("aes-256-gcm", key, nonce, OPTIONS),
  decipher: (key: KeyObject, nonce: Uint8Array) => createDecipheriv("aes-256-gcm", key, nonce, OPTIONS),
};

/**
 * Bytes that are all written afterwards. A short array is quicker made with zeros, inside the heap of JavaScript, than
 * without them outside of it; for a long one it is the other way round.
 */
function allocate(length: number): Uint8Array {
  return length <= 1_024 ? new Uint8Array(length) : withoutBuffer(Buffer.allocUnsafeSlow(length));
}

class OpenSslKey implements AeadKey {
  readonly #algorithm: typeof CHACHAPOLY | typeof AESGCM;
  // A KeyObject: raw bytes would be imported anew by every call, which on some Nodes costs several times the cipher.
  // It cannot be wiped, only forgotten.
  readonly #key: KeyObject;

  constructor(algorithm: typeof CHACHAPOLY | typeof AESGCM, k: Uint8Array) {
    this.#algorithm = algorithm;
    this.#key = createSecretKey(k);
  }

  encrypt(nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const cipher = this.#algorithm.cipher(this.#key, nonce);
    if (ad.length > 0) cipher.setAAD(ad, { plaintextLength: plaintext.length });
    const ciphertext = allocate(plaintext.length + TAGLEN);
    ciphertext.set(cipher.update(plaintext));
    cipher.final();
    ciphertext.set(cipher.getAuthTag(), plaintext.length);
    return ciphertext;
  }

  decrypt(nonce: Uint8Array, ad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
    const length = ciphertext.length - TAGLEN;
    const decipher = this.#algorithm.decipher(this.#key, nonce);
    decipher.setAuthTag(ciphertext.subarray(length));
    if (ad.length > 0) decipher.setAAD(ad, { plaintextLength: length });
    const plaintext = decipher.update(ciphertext.subarray(0, length));
    try {
      decipher.final();
    } catch {
      plaintext.fill(0); // unauthenticated: nobody shall find it in memory
      return undefined;
    }
    return withoutBuffer(plaintext);
  }

  /** Nothing to overwrite: a KeyObject frees its memory, wiped by OpenSSL, when it is collected. */
  destroy(): void {}
}
