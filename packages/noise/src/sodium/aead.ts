/// <reference path="./sodium-native.d.ts" />
import sodium from "sodium-native";
import { copy, wipe } from "../bytes.ts";
import type { AeadKey } from "../cipher-functions.ts";
import { TAGLEN } from "../limits.ts";
import { chaChaPoly as openSsl } from "../node/aead.ts";
import { Slab } from "./slab.ts";

/** ChaCha20-Poly1305 of libsodium, and for long messages of node:crypto. */
export function chaChaPoly(k: Uint8Array): AeadKey {
  return new SodiumKey(k);
}

/** From here on OpenSSL is ahead: it is quicker with each byte, and slower with each message. */
const LONG_MESSAGE = 8_192;

class SodiumKey implements AeadKey {
  readonly #k: Uint8Array;
  readonly #slab = new Slab();
  /** The same key for long messages, once there is one. */
  #openSsl: AeadKey | undefined;

  constructor(k: Uint8Array) {
    this.#k = copy(k);
  }

  encrypt(nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    if (plaintext.length >= LONG_MESSAGE) return this.#forLong().encrypt(nonce, ad, plaintext);
    const ciphertext = this.#slab.cut(plaintext.length + TAGLEN);
    sodium.crypto_aead_chacha20poly1305_ietf_encrypt(ciphertext, plaintext, ad, null, nonce, this.#k);
    return ciphertext;
  }

  decrypt(nonce: Uint8Array, ad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
    if (ciphertext.length >= LONG_MESSAGE) return this.#forLong().decrypt(nonce, ad, ciphertext);
    const plaintext = this.#slab.cut(ciphertext.length - TAGLEN);
    try {
      sodium.crypto_aead_chacha20poly1305_ietf_decrypt(plaintext, null, ciphertext, ad, nonce, this.#k);
    } catch {
      return undefined; // lengths were checked before, so what it throws for is the tag
    }
    return plaintext;
  }

  destroy(): void {
    wipe(this.#k);
    this.#openSsl?.destroy();
    this.#openSsl = undefined;
  }

  #forLong(): AeadKey {
    this.#openSsl ??= openSsl(this.#k);
    return this.#openSsl;
  }
}
