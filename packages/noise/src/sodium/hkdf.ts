/// <reference path="./sodium-native.d.ts" />
import sodium from "sodium-native";
import { wipe } from "../bytes.ts";

const BLOCKLEN = 64;
const HASHLEN = 32;

// All HKDFs use the same memory, one after the other, which is wiped after each. To make new memory that an add-on can see
// takes longer than to hash it, and handshakes are made of HKDFs.
const INNER = new Uint8Array(new ArrayBuffer(BLOCKLEN + HASHLEN + 1));
const OUTER = new Uint8Array(new ArrayBuffer(BLOCKLEN + HASHLEN));
const DIGEST = OUTER.subarray(BLOCKLEN);
const MAC = new Uint8Array(new ArrayBuffer(HASHLEN));

/** HKDF-SHA256 of RFC 5869 without info, for the inputs that a handshake has; undefined for others. */
export function hkdfSha256(
  chainingKey: Uint8Array,
  inputKeyMaterial: Uint8Array,
  length: number,
): Uint8Array | undefined {
  if (chainingKey.length > BLOCKLEN || inputKeyMaterial.length > HASHLEN) return undefined;
  setKey(chainingKey);
  INNER.set(inputKeyMaterial, BLOCKLEN);
  computeMac(inputKeyMaterial.length);
  setKey(MAC);
  const outputs = new Uint8Array(length);
  for (let offset = 0; offset < length; offset += HASHLEN) {
    const previous = offset === 0 ? 0 : HASHLEN;
    if (previous > 0) INNER.set(MAC, BLOCKLEN);
    INNER[BLOCKLEN + previous] = offset / HASHLEN + 1;
    computeMac(previous + 1);
    outputs.set(MAC, offset);
  }
  wipe(INNER, OUTER, MAC);
  return outputs;
}

/** The key with ipad and with opad, at the beginning of what is hashed (RFC 2104). */
function setKey(key: Uint8Array): void {
  for (let i = 0; i < BLOCKLEN; i++) {
    const byte = i < key.length ? (key[i] as number) : 0;
    INNER[i] = byte ^ 0x36;
    OUTER[i] = byte ^ 0x5c;
  }
}

/** Sets MAC to that of the message of this length, which stands in INNER behind the key. */
function computeMac(length: number): void {
  sodium.crypto_hash_sha256(DIGEST, INNER.subarray(0, BLOCKLEN + length));
  sodium.crypto_hash_sha256(MAC, OUTER);
}
