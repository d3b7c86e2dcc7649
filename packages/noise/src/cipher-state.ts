import type { CipherFunctions, CipherKey } from "./backend.ts";
import { copy, wipe } from "./bytes.ts";
import { NoiseUsageError, requireLength } from "./errors.ts";
import { KEYLEN, MAX_MESSAGE_LENGTH, MAX_NONCE, TAGLEN } from "./limits.ts";
import { toNonce } from "./nonce.ts";
import { rekey } from "./rekey.ts";
import { type DecryptResult, failure } from "./results.ts";

/**
 * A CipherState with the same `k` and `n` that shares no memory with the other, for a handshake to try a message on. It
 * stays inside the package: two CipherStates of one key would use its nonces twice.
 */
export let fork: (original: CipherState) => CipherState;

/** Section 5.1: encrypts and decrypts with a key `k` and a nonce `n` that counts up. */
export class CipherState {
  readonly #cipher: CipherFunctions;
  /** Secret, 32 bytes; undefined is the standard's `empty`. */
  #k: Uint8Array | undefined;
  #n = 0n;
  /** `k`, imported when it is first used: many a handshake key never is. */
  #imported: CipherKey | undefined;
  #destroyed = false;

  static {
    fork = (original) => {
      const copied = new CipherState(original.#cipher, original.#k);
      copied.#n = original.#n;
      return copied;
    };
  }

  /** A CipherState without a key, or with one (32 bytes, secret), which is copied. */
  constructor(cipher: CipherFunctions, key?: Uint8Array) {
    this.#cipher = cipher;
    if (key !== undefined) this.initializeKey(key);
  }

  /** InitializeKey(key): sets `k` to a copy of `key` (32 bytes, secret) and `n` to 0. */
  initializeKey(key: Uint8Array): void {
    this.#assertAlive();
    requireLength("key", key, KEYLEN);
    this.#replaceKey(copy(key));
    this.#n = 0n;
  }

  /** HasKey() */
  hasKey(): boolean {
    return this.#k !== undefined;
  }

  /** `n`, the nonce of the next message; public. */
  get nonce(): bigint {
    return this.#n;
  }

  /**
   * SetNonce(nonce), for messages that arrive out of order (section 11.4); 0 to 2^64-1. Whoever uses it has to refuse
   * nonces that were used before. Throws NoiseUsageError `usage.nonce-range`.
   */
  setNonce(nonce: bigint | number): void {
    this.#n = toNonce(nonce);
  }

  /**
   * EncryptWithAd(ad, plaintext): `plaintext.length` + 16 bytes, or a copy of the plaintext where there is no key.
   * Throws NoiseUsageError `usage.nonce-exhausted` at n = 2^64-1, and `usage.too-long` above 65535 bytes (section 3).
   */
  encryptWithAd(ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const key = this.#importedKey();
    if (key === undefined) return copy(plaintext);
    if (plaintext.length > MAX_MESSAGE_LENGTH - TAGLEN) {
      throw new NoiseUsageError("usage.too-long", `a Noise message has at most ${MAX_MESSAGE_LENGTH} bytes`);
    }
    if (this.#n === MAX_NONCE) throw new NoiseUsageError("usage.nonce-exhausted", "n = 2^64-1 is reserved");
    const ciphertext = key.seal(this.#n, ad, plaintext);
    this.#n += 1n;
    return ciphertext;
  }

  /**
   * DecryptWithAd(ad, ciphertext): the plaintext, or a copy of the ciphertext where there is no key. After a failure
   * `n` is what it was, so the next message may still be read.
   */
  decryptWithAd(ad: Uint8Array, ciphertext: Uint8Array): DecryptResult {
    const key = this.#importedKey();
    if (key === undefined) return { ok: true, plaintext: copy(ciphertext) };
    if (ciphertext.length > MAX_MESSAGE_LENGTH) return failure("noise.too-long");
    if (ciphertext.length < TAGLEN) return failure("noise.truncated");
    if (this.#n === MAX_NONCE) return failure("noise.nonce-exhausted");
    const plaintext = key.open(this.#n, ad, ciphertext);
    if (plaintext === undefined) return failure("noise.decrypt-failed");
    this.#n += 1n;
    return { ok: true, plaintext };
  }

  /** Rekey(): sets `k` to REKEY(k) and leaves `n` (section 11.3). Throws NoiseUsageError `usage.no-key`. */
  rekey(): void {
    this.#assertAlive();
    if (this.#k === undefined) throw new NoiseUsageError("usage.no-key", "there is no key yet");
    this.#replaceKey(rekey(this.#cipher, this.#k));
  }

  /** Overwrites `k`, as far as a program in this language can; every later use but `hasKey` throws `usage.destroyed`. */
  destroy(): void {
    this.#replaceKey(undefined);
    this.#destroyed = true;
  }

  #importedKey(): CipherKey | undefined {
    this.#assertAlive();
    if (this.#imported === undefined && this.#k !== undefined) this.#imported = this.#cipher.importKey(this.#k);
    return this.#imported;
  }

  #replaceKey(k: Uint8Array | undefined): void {
    if (this.#k !== undefined) wipe(this.#k);
    this.#imported?.destroy();
    this.#imported = undefined;
    this.#k = k;
  }

  // Without this an emptied CipherState would be one without a key, which passes plaintext through.
  #assertAlive(): void {
    if (this.#destroyed) throw new NoiseUsageError("usage.destroyed", "the CipherState was destroyed");
  }
}
