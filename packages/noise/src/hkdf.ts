import type { HashFunctions } from "./backend.ts";
import { concat, wipe, ZEROLEN } from "./bytes.ts";

/** Section 4.3: HMAC-HASH(key, data) of RFC 2104, HASHLEN bytes; the key may have any length. */
export function hmac(hash: HashFunctions, key: Uint8Array, data: Uint8Array): Uint8Array {
  const mac = new HmacKey(hash, key);
  const output = mac.hmac(data);
  mac.destroy();
  return output;
}

/** Section 4.3: HKDF(chaining_key, input_key_material, 2): two secrets of HASHLEN bytes. */
export function hkdf2(hash: HashFunctions, chainingKey: Uint8Array, inputKeyMaterial: Uint8Array) {
  const tempKey = extract(hash, chainingKey, inputKeyMaterial);
  const output1 = tempKey.hmac(BYTE_01);
  const output2 = tempKey.hmac(output1, BYTE_02);
  tempKey.destroy();
  return [output1, output2] as const;
}

/** Section 4.3: HKDF(chaining_key, input_key_material, 3): three secrets of HASHLEN bytes. */
export function hkdf3(hash: HashFunctions, chainingKey: Uint8Array, inputKeyMaterial: Uint8Array) {
  const tempKey = extract(hash, chainingKey, inputKeyMaterial);
  const output1 = tempKey.hmac(BYTE_01);
  const output2 = tempKey.hmac(output1, BYTE_02);
  const output3 = tempKey.hmac(output2, BYTE_03);
  tempKey.destroy();
  return [output1, output2, output3] as const;
}

const BYTE_01 = Uint8Array.of(0x01);
const BYTE_02 = Uint8Array.of(0x02);
const BYTE_03 = Uint8Array.of(0x03);

/** Sets temp_key = HMAC-HASH(chaining_key, input_key_material). */
function extract(hash: HashFunctions, chainingKey: Uint8Array, inputKeyMaterial: Uint8Array): HmacKey {
  const tempKey = hmac(hash, chainingKey, inputKeyMaterial);
  const prepared = new HmacKey(hash, tempKey);
  wipe(tempKey);
  return prepared;
}

/** HMAC-HASH under one key, which is padded once for all its messages. */
class HmacKey {
  readonly #hash: HashFunctions;
  readonly #ipad: Uint8Array;
  readonly #outer: Uint8Array;

  constructor(hash: HashFunctions, key: Uint8Array) {
    const { HASHLEN, BLOCKLEN } = hash;
    const block = key.length > BLOCKLEN ? hash.hash(key) : key;
    this.#hash = hash;
    this.#ipad = new Uint8Array(BLOCKLEN);
    this.#outer = new Uint8Array(BLOCKLEN + HASHLEN);
    for (let i = 0; i < BLOCKLEN; i++) {
      const byte = block[i] ?? 0;
      this.#ipad[i] = byte ^ 0x36;
      this.#outer[i] = byte ^ 0x5c;
    }
  }

  hmac(data: Uint8Array, more = ZEROLEN): Uint8Array {
    const { BLOCKLEN } = this.#hash;
    const inner = concat(this.#ipad, data, more);
    this.#outer.set(this.#hash.hash(inner), BLOCKLEN);
    wipe(inner);
    return this.#hash.hash(this.#outer);
  }

  destroy(): void {
    wipe(this.#ipad, this.#outer);
  }
}
