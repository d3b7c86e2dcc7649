import type { CipherFunctions, HashFunctions } from "./backend.ts";
import { concat, copy, joined, wipe, ZEROLEN } from "./bytes.ts";
import { CipherState, fork } from "./cipher-state.ts";
import { hkdf2, hkdf3 } from "./hkdf.ts";
import { KEYLEN } from "./limits.ts";
import type { DecryptResult } from "./results.ts";

/** Section 5.2: a CipherState with a chaining key `ck` and a hash `h`; all the symmetric cryptography of a handshake. */
export class SymmetricState {
  readonly #hash: HashFunctions;
  readonly #cipherState: CipherState;
  /** Secret, HASHLEN bytes. */
  #ck: Uint8Array;
  /** Public, HASHLEN bytes; never changed in place, so that it may be shared. */
  #h: Uint8Array;

  private constructor(hash: HashFunctions, cipherState: CipherState, variables: { ck: Uint8Array; h: Uint8Array }) {
    this.#hash = hash;
    this.#cipherState = cipherState;
    this.#ck = variables.ck;
    this.#h = variables.h;
  }

  /** InitializeSymmetric(protocol_name); the name is ASCII. */
  static initialize(protocolName: string, hash: HashFunctions, cipher: CipherFunctions): SymmetricState {
    const { HASHLEN } = hash;
    const name = new Uint8Array(protocolName.length);
    for (let i = 0; i < name.length; i++) name[i] = protocolName.charCodeAt(i);
    const h = name.length <= HASHLEN ? concat(name, new Uint8Array(HASHLEN - name.length)) : hash.hash(name);
    return new SymmetricState(hash, new CipherState(cipher), { ck: copy(h), h });
  }

  /** MixKey(input_key_material) */
  mixKey(inputKeyMaterial: Uint8Array): void {
    const [ck, tempK] = hkdf2(this.#hash, this.#ck, inputKeyMaterial);
    this.#replaceKeys(ck, tempK);
  }

  /** MixHash(data) */
  mixHash(data: Uint8Array): void {
    this.#h = joined(this.#h, data, (both) => this.#hash.hash(both));
  }

  /** MixKeyAndHash(input_key_material), for PSKs (section 9.1). */
  mixKeyAndHash(inputKeyMaterial: Uint8Array): void {
    const [ck, tempH, tempK] = hkdf3(this.#hash, this.#ck, inputKeyMaterial);
    this.mixHash(tempH);
    wipe(tempH);
    this.#replaceKeys(ck, tempK);
  }

  /** GetHandshakeHash(): a copy of `h`, HASHLEN bytes, public. */
  getHandshakeHash(): Uint8Array {
    return copy(this.#h);
  }

  /** HasKey() of the CipherState. */
  hasKey(): boolean {
    return this.#cipherState.hasKey();
  }

  /** EncryptAndHash(plaintext) */
  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const ciphertext = this.#cipherState.encryptWithAd(this.#h, plaintext);
    this.mixHash(ciphertext);
    return ciphertext;
  }

  /** DecryptAndHash(ciphertext) */
  decryptAndHash(ciphertext: Uint8Array): DecryptResult {
    const result = this.#cipherState.decryptWithAd(this.#h, ciphertext);
    if (result.ok) this.mixHash(ciphertext);
    return result;
  }

  /**
   * Split(): the keys of the two CipherStates, 32 bytes each, and `exporter`, HASHLEN bytes; all secret.
   *
   * Deviation: the standard takes HKDF(ck, zerolen, 2). The third output is an exporter, a secret for the application
   * that is independent of both keys; the first two are the same with it and without.
   */
  split(): { readonly k1: Uint8Array; readonly k2: Uint8Array; readonly exporter: Uint8Array } {
    const [tempK1, tempK2, exporter] = hkdf3(this.#hash, this.#ck, ZEROLEN);
    const keys = { k1: tempK1.slice(0, KEYLEN), k2: tempK2.slice(0, KEYLEN), exporter };
    wipe(tempK1, tempK2);
    return keys;
  }

  /** A SymmetricState in the same state that shares no secret memory with this one. */
  fork(): SymmetricState {
    return new SymmetricState(this.#hash, fork(this.#cipherState), { ck: copy(this.#ck), h: this.#h });
  }

  /** Overwrites `ck` and `k`; `h` is public and stays. */
  destroy(): void {
    wipe(this.#ck);
    this.#cipherState.destroy();
  }

  #replaceKeys(ck: Uint8Array, tempK: Uint8Array): void {
    wipe(this.#ck);
    this.#ck = ck;
    const key = tempK.slice(0, KEYLEN);
    this.#cipherState.initializeKey(key);
    wipe(tempK, key);
  }
}
