import { gcm } from "@noble/ciphers/aes.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { copy, wipe } from "../bytes.ts";
import type { AeadKey } from "../cipher-functions.ts";

/** ChaCha20-Poly1305 of @noble/ciphers. */
export function chaChaPoly(k: Uint8Array): AeadKey {
  return new NobleKey(chacha20poly1305, k);
}

/** AES-256-GCM of @noble/ciphers. Its tables leak the key by timing: prefer ChaChaPoly, or another backend. */
export function aesGcm(k: Uint8Array): AeadKey {
  return new NobleKey(gcm, k);
}

class NobleKey implements AeadKey {
  readonly #cipher: typeof chacha20poly1305 | typeof gcm;
  readonly #k: Uint8Array;

  constructor(cipher: typeof chacha20poly1305 | typeof gcm, k: Uint8Array) {
    this.#cipher = cipher;
    this.#k = copy(k);
  }

  encrypt(nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    return this.#cipher(this.#k, nonce, ad).encrypt(plaintext);
  }

  decrypt(nonce: Uint8Array, ad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
    const cipher = this.#cipher(this.#k, nonce, ad);
    try {
      return cipher.decrypt(ciphertext);
    } catch {
      return undefined; // lengths were checked before, so what it throws for is the tag
    }
  }

  destroy(): void {
    wipe(this.#k);
  }
}
