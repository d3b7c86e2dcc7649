import type { HashFunctions } from "./backend.ts";
import { wipe, ZEROLEN } from "./bytes.ts";

/** Section 4.3: HMAC-HASH(key, data) of RFC 2104, HASHLEN bytes; the key may have any length. */
export function hmac(hash: HashFunctions, key: Uint8Array, data: Uint8Array): Uint8Array {
  const mac = new Hmac(hash, data.length);
  mac.setKey(key);
  const output = mac.compute(data);
  mac.destroy();
  return output;
}

/** Section 4.3: HKDF(chaining_key, input_key_material, 2): two secrets of HASHLEN bytes. */
export function hkdf2(hash: HashFunctions, chainingKey: Uint8Array, inputKeyMaterial: Uint8Array) {
  const { HASHLEN } = hash;
  const outputs = hash.hkdf?.(chainingKey, inputKeyMaterial, 2 * HASHLEN);
  if (outputs !== undefined) {
    const [output1, output2] = cut(outputs, HASHLEN);
    return [output1, output2] as const;
  }
  const mac = extract(hash, chainingKey, inputKeyMaterial);
  const output1 = mac.compute(BYTE_01);
  const output2 = mac.compute(output1, BYTE_02);
  mac.destroy();
  return [output1, output2] as const;
}

/** Section 4.3: HKDF(chaining_key, input_key_material, 3): three secrets of HASHLEN bytes. */
export function hkdf3(hash: HashFunctions, chainingKey: Uint8Array, inputKeyMaterial: Uint8Array) {
  const { HASHLEN } = hash;
  const outputs = hash.hkdf?.(chainingKey, inputKeyMaterial, 3 * HASHLEN);
  if (outputs !== undefined) return cut(outputs, HASHLEN);
  const mac = extract(hash, chainingKey, inputKeyMaterial);
  const output1 = mac.compute(BYTE_01);
  const output2 = mac.compute(output1, BYTE_02);
  const output3 = mac.compute(output2, BYTE_03);
  mac.destroy();
  return [output1, output2, output3] as const;
}

/** The outputs, each in memory of its own; not as views, whose memory is longer than they are. */
function cut(outputs: Uint8Array, HASHLEN: number) {
  const [first, second] = [outputs.slice(0, HASHLEN), outputs.slice(HASHLEN, 2 * HASHLEN)];
  const third = outputs.slice(2 * HASHLEN);
  wipe(outputs);
  return [first, second, third] as const;
}

const BYTE_01 = Uint8Array.of(0x01);
const BYTE_02 = Uint8Array.of(0x02);
const BYTE_03 = Uint8Array.of(0x03);

/** Sets temp_key = HMAC-HASH(chaining_key, input_key_material), and returns HMAC-HASH under temp_key. */
function extract(hash: HashFunctions, chainingKey: Uint8Array, inputKeyMaterial: Uint8Array): Hmac {
  const mac = new Hmac(hash, Math.max(inputKeyMaterial.length, hash.HASHLEN + 1));
  mac.setKey(chainingKey);
  const tempKey = mac.compute(inputKeyMaterial);
  mac.setKey(tempKey);
  wipe(tempKey);
  return mac;
}

/** HMAC-HASH for several keys and messages, one after the other, all in the same memory. */
class Hmac {
  readonly #hash: HashFunctions;
  /** The key with ipad, and the message behind it. */
  readonly #inner: Uint8Array;
  /** The key with opad, and the inner hash behind it. */
  readonly #outer: Uint8Array;

  constructor(hash: HashFunctions, longestMessage: number) {
    this.#hash = hash;
    this.#inner = new Uint8Array(hash.BLOCKLEN + longestMessage);
    this.#outer = new Uint8Array(hash.BLOCKLEN + hash.HASHLEN);
  }

  setKey(key: Uint8Array): void {
    const { BLOCKLEN } = this.#hash;
    const block = key.length > BLOCKLEN ? this.#hash.hash(key) : key;
    for (let i = 0; i < BLOCKLEN; i++) {
      const byte = i < block.length ? (block[i] as number) : 0;
      this.#inner[i] = byte ^ 0x36;
      this.#outer[i] = byte ^ 0x5c;
    }
  }

  compute(data: Uint8Array, more = ZEROLEN): Uint8Array {
    const { BLOCKLEN } = this.#hash;
    this.#inner.set(data, BLOCKLEN);
    this.#inner.set(more, BLOCKLEN + data.length);
    this.#outer.set(this.#hash.hash(this.#inner.subarray(0, BLOCKLEN + data.length + more.length)), BLOCKLEN);
    return this.#hash.hash(this.#outer);
  }

  destroy(): void {
    wipe(this.#inner, this.#outer);
  }
}
