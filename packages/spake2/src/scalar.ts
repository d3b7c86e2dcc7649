import { bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";
import { p } from "./group.ts";
import { requireBytes } from "./usage-error.ts";

/** Bytes of a scalar: big-endian, padded to the length of p. */
export const SCALAR_BYTES = 32;

/** Bytes from which a scalar is reduced: 128 bits more than p has, so that the bias is below 2^-128. */
export const WIDE_BYTES = 48;

/**
 * OS2IP(bytes) mod (p - 1) + 1, big-endian (32 bytes, secret as its input is): a scalar in [1, p - 1] from 48 uniform
 * bytes, for w (RFC 9382 section 3.2) out of a password hash as well as for x and y. Throws UsageError `usage.bytes`.
 */
export function scalarFromBytes(bytes: Uint8Array): Uint8Array {
  requireBytes("bytes", bytes, WIDE_BYTES);
  return encodeScalar((bytesToNumberBE(bytes) % (p - 1n)) + 1n);
}

/** The integer of a big-endian scalar (32 bytes, secret). Bigints cannot be wiped: keep bytes, convert where they are used. */
export function decodeScalar(bytes: Uint8Array): bigint {
  return bytesToNumberBE(bytes);
}

export function encodeScalar(scalar: bigint): Uint8Array {
  return numberToBytesBE(scalar, SCALAR_BYTES);
}
