import type { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { concat } from "../bytes.ts";
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
    const ciphertext = cipher.update(plaintext);
    cipher.final();
    return joined(ciphertext, cipher.getAuthTag());
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

/**
 * The ciphertext and its tag. Memory that the ciphertext has to itself is taken over and made longer, which for 64 KiB
 * saves a quarter of the whole encryption: the price of new memory.
 */
function joined(ciphertext: Buffer, tag: Buffer): Uint8Array {
  const { buffer, length } = ciphertext;
  if (length === 0 || buffer.byteLength !== length || !(buffer instanceof ArrayBuffer)) return concat(ciphertext, tag);
  const whole = new Uint8Array(buffer.transfer(length + TAGLEN));
  whole.set(tag, length);
  return whole;
}
