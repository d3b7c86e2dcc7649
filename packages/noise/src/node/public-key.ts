import { Buffer } from "node:buffer";
import { createPublicKey, type KeyObject } from "node:crypto";
import { copy } from "../bytes.ts";
import { isSlowWithRawKeys } from "./quirks.ts";

/** KeyObjects by the array that holds the key; a handshake uses a public key for up to three DHs. */
const imported = new WeakMap<Uint8Array, { readonly bytes: Uint8Array; readonly keyObject: KeyObject }>();

/** The KeyObject of an X25519 public key (32 bytes). */
export function publicKeyObject(publicKey: Uint8Array): KeyObject {
  const known = imported.get(publicKey);
  // Somebody may have filled the array with another key since.
  if (known !== undefined && Buffer.compare(known.bytes, publicKey) === 0) return known.keyObject;
  const keyObject = importPublicKey(publicKey);
  imported.set(publicKey, { bytes: copy(publicKey), keyObject });
  return keyObject;
}

function importPublicKey(publicKey: Uint8Array): KeyObject {
  const key = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length);
  if (!isSlowWithRawKeys) {
    return createPublicKey({ key: { kty: "OKP", crv: "X25519", x: key.toString("base64url") }, format: "jwk" });
  }
  // PEM. The head is the SubjectPublicKeyInfo of RFC 8410 up to the key, 12 bytes, so that its base64 has no remainder.
  const head = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEA";
  return createPublicKey(`${head}${key.toString("base64")}\n-----END PUBLIC KEY-----`);
}
