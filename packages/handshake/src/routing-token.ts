import { sha256 } from "@noble/hashes/sha2.js";

/**
 * The routing token of an exchange's end (spec 0002, section 3; e3x): the first 16 bytes of SHA-256 of the first 16 bytes
 * of its handshake bodies. A channel packet carries the recipient's. Public.
 */
export function routingToken(exch: Uint8Array): Uint8Array {
  return sha256(exch.subarray(0, 16)).slice(0, 16);
}
