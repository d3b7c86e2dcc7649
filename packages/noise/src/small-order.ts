import { hexToBytes } from "@noble/hashes/utils.js";
import { copy, equal } from "./bytes.ts";

/**
 * The u-coordinates, little-endian, of all points of small order on Curve25519 and its twist: 0, 1, the two of order 8,
 * p-1, and the two of these that have a second encoding below 2^255, p and p+1.
 */
const SMALL_ORDER: readonly Uint8Array[] = [
  `00${"00".repeat(31)}`,
  `01${"00".repeat(31)}`,
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
].map(hexToBytes);

/**
 * Whether an X25519 public key (32 bytes, public) gives an all-zero output with every private key. Keys are checked
 * where they arrive, so that a bad one is refused by the read that brought it, even if only a later write would use it.
 */
export function isSmallOrder(publicKey: Uint8Array): boolean {
  const u = copy(publicKey);
  u[31] = (u[31] as number) & 0x7f; // X25519 ignores the topmost bit
  return SMALL_ORDER.some((point) => equal(point, u));
}
