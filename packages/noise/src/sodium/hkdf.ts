/// <reference path="./sodium-native.d.ts" />
import sodium from "sodium-native";
import { wipe } from "../bytes.ts";

const BLOCKLEN = 64;
const HASHLEN = 32;

// All HKDFs use the same memory, one after the other, which is wiped after each. To make new memory that an add-on can see
// takes longer than to hash it, and handshakes are made of HKDFs.
const INNER = new Uint8Array(new ArrayBuffer(BLOCKLEN + HASHLEN + 1));
/** INNER with a message of each length behind the key. */
const INNERS = Array.from({ length: HASHLEN + 2 }, (_, length) => INNER.subarray(0, BLOCKLEN + length));
const OUTER = new Uint8Array(new ArrayBuffer(BLOCKLEN + HASHLEN));
const DIGEST = OUTER.subarray(BLOCKLEN);
const MAC = new Uint8Array(new ArrayBuffer(HASHLEN));
const OUTPUTS = new Uint8Array(new ArrayBuffer(3 * HASHLEN));

/** HKDF-SHA256 of RFC 5869 without info, for the inputs that a handshake has; undefined for others. */
export function hkdfSha256(
  chainingKey: Uint8Array,
  inputKeyMaterial: Uint8Array,
  length: number,
): Uint8Array | undefined {
  if (chainingKey.length > BLOCKLEN || inputKeyMaterial.length > HASHLEN || length > OUTPUTS.length) return undefined;
  setKey(chainingKey);
  INNER.set(inputKeyMaterial, BLOCKLEN);
  computeMac(inputKeyMaterial.length);
  setKey(MAC);
  for (let offset = 0; offset < length; offset += HASHLEN) {
    const previous = offset === 0 ? 0 : HASHLEN;
    if (previous > 0) INNER.set(MAC, BLOCKLEN);
    INNER[BLOCKLEN + previous] = offset / HASHLEN + 1;
    computeMac(previous + 1);
    OUTPUTS.set(MAC, offset);
  }
  wipe(INNER, OUTER, MAC);
  return OUTPUTS.subarray(0, length);
}

/** The key with ipad and with opad, at the beginning of what is hashed (RFC 2104). */
function setKey(key: Uint8Array): void {
  INNER.fill(0x36, 0, BLOCKLEN);
  OUTER.fill(0x5c, 0, BLOCKLEN);
  for (let i = 0; i < key.length; i++) {
    const byte = key[i] as number;
    INNER[i] = byte ^ 0x36;
    OUTER[i] = byte ^ 0x5c;
  }
}

/** Sets MAC to that of the message of this length, which stands in INNER behind the key. */
function computeMac(length: number): void {
  sodium.crypto_hash_sha256(DIGEST, INNERS[length] as Uint8Array);
  sodium.crypto_hash_sha256(MAC, OUTER);
}
