/// <reference path="./sodium-native.d.ts" />
import sodium from "sodium-native";
import { wipe } from "../bytes.ts";
import type { AeadKey } from "../cipher-functions.ts";
import { TAGLEN } from "../limits.ts";
import { chaChaPoly as openSsl } from "../node/aead.ts";
import { Place } from "./place.ts";
import { Slab } from "./slab.ts";

/** ChaCha20-Poly1305 of libsodium, and for long messages of node:crypto. */
export function chaChaPoly(k: Uint8Array): AeadKey {
  return new SodiumKey(k);
}

/** From here on OpenSSL is ahead: it is quicker with each byte, and slower with each message. */
const LONG_MESSAGE = 8_192;

/** The length of `h`, of which each message of a handshake has a new one. Other additional data is mostly used again. */
const HASHLEN = 32;
const SHORT = 64;
const [AD, CIPHERTEXT, RESULT] = [new Place(), new Place(), new Place()];

/** Where the add-on sees keys, of which none leaves this file. */
const KEYS = new Slab(512, 512);
/** A key may seal one message only. What it seals and opens shares memory, and with nothing of other keys. */
const [FIRST_BYTES, MOST_BYTES] = [128, 8_192];

class SodiumKey implements AeadKey {
  readonly #k: Uint8Array;
  readonly #slab = new Slab(FIRST_BYTES, MOST_BYTES);
  /** The same key for long messages, once there is one. */
  #openSsl: AeadKey | undefined;

  constructor(k: Uint8Array) {
    this.#k = KEYS.cut(k.length);
    this.#k.set(k);
  }

  encrypt(nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    if (plaintext.length >= LONG_MESSAGE) return this.#forLong().encrypt(nonce, ad, plaintext);
    return this.#result(plaintext.length + TAGLEN, (ciphertext) => {
      sodium.crypto_aead_chacha20poly1305_ietf_encrypt(ciphertext, plaintext, seen(ad), null, nonce, this.#k);
    });
  }

  decrypt(nonce: Uint8Array, ad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
    if (ciphertext.length >= LONG_MESSAGE) return this.#forLong().decrypt(nonce, ad, ciphertext);
    try {
      return this.#result(ciphertext.length - TAGLEN, (plaintext) => {
        const shown = CIPHERTEXT.show(ciphertext);
        sodium.crypto_aead_chacha20poly1305_ietf_decrypt(plaintext, null, shown, seen(ad), nonce, this.#k);
      });
    } catch {
      return undefined; // lengths were checked before, so what it throws for is the tag
    }
  }

  destroy(): void {
    wipe(this.#k);
    this.#openSsl?.destroy();
    this.#openSsl = undefined;
  }

  /** Memory for what `write` leaves in it: a place in the heap for short results, and for others a piece of this key's own. */
  #result(length: number, write: (result: Uint8Array) => void): Uint8Array {
    if (length <= SHORT) return RESULT.take(length, write);
    const piece = this.#slab.cut(length);
    write(piece);
    return piece;
  }

  #forLong(): AeadKey {
    this.#openSsl ??= openSsl(this.#k);
    return this.#openSsl;
  }
}

function seen(ad: Uint8Array): Uint8Array {
  return ad.length === HASHLEN ? AD.show(ad) : ad;
}
