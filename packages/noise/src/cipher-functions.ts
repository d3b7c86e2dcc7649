import type { CipherFunctions, CipherKey, CipherName } from "./backend.ts";
import { NoiseUsageError, requireLength } from "./errors.ts";
import { KEYLEN, TAGLEN } from "./limits.ts";
import { toNonce } from "./nonce.ts";

/** An AEAD under one key, as a platform brings it: 12-byte nonces, a 16-byte tag behind the ciphertext. */
export interface AeadKey {
  encrypt(nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The ciphertext has at least 16 bytes; undefined where the tag does not fit. */
  decrypt(nonce: Uint8Array, ad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
  destroy(): void;
}

/** Sections 12.3 and 12.4: the 96-bit nonce is 32 bits of zeros and then n, in this byte order. */
const LITTLE_ENDIAN: Readonly<Record<CipherName, boolean>> = { ChaChaPoly: true, AESGCM: false };

/** Sections 12.3 and 12.4: the cipher functions over a platform's AEAD, which has to copy the key that it is given. */
export function cipherFunctions(name: CipherName, importAead: (k: Uint8Array) => AeadKey): CipherFunctions {
  return {
    name,
    importKey(k) {
      requireLength("k", k, KEYLEN);
      return new ImportedKey(importAead(k), LITTLE_ENDIAN[name]);
    },
  };
}

// One nonce for all keys: it is read before the call that wrote it returns.
const NONCE = new Uint8Array(new ArrayBuffer(12));
const VIEW = new DataView(NONCE.buffer);

class ImportedKey implements CipherKey {
  #aead: AeadKey | undefined;
  readonly #littleEndian: boolean;

  constructor(aead: AeadKey, littleEndian: boolean) {
    this.#aead = aead;
    this.#littleEndian = littleEndian;
  }

  seal(n: bigint | number, ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    return this.#prepare(n).encrypt(NONCE, ad, plaintext);
  }

  open(n: bigint | number, ad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
    const aead = this.#prepare(n);
    return ciphertext.length < TAGLEN ? undefined : aead.decrypt(NONCE, ad, ciphertext);
  }

  destroy(): void {
    this.#aead?.destroy();
    this.#aead = undefined;
  }

  #prepare(n: bigint | number): AeadKey {
    if (this.#aead === undefined) throw new NoiseUsageError("usage.destroyed", "the key was destroyed");
    VIEW.setBigUint64(4, toNonce(n), this.#littleEndian);
    return this.#aead;
  }
}
