import { hash, hkdfSync } from "node:crypto";
import type { Primitives } from "../create-backend.ts";
import { isSlowWithRawKeys } from "./quirks.ts";
import { withoutBuffer } from "./without-buffer.ts";

/** The hash functions of node:crypto. */
export const hashes: Primitives["hash"] = {
  SHA256: (data) => withoutBuffer(hash("sha256", data, "buffer")),
  SHA512: (data) => withoutBuffer(hash("sha512", data, "buffer")),
  BLAKE2s: (data) => withoutBuffer(hash("blake2s256", data, "buffer")),
  BLAKE2b: (data) => withoutBuffer(hash("blake2b512", data, "buffer")),
};

/** HKDF of node:crypto, one call instead of six hashes. */
export const hkdfs = {
  SHA256: (...inputs) => hkdf("sha256", ...inputs),
  SHA512: (...inputs) => hkdf("sha512", ...inputs),
  BLAKE2s: (...inputs) => hkdf("blake2s256", ...inputs),
  BLAKE2b: (...inputs) => hkdf("blake2b512", ...inputs),
} satisfies Primitives["hkdf"];

/** The same, where it is quicker than six hashes. */
export const quickHkdfs: Primitives["hkdf"] = isSlowWithRawKeys ? undefined : hkdfs;

const NO_INFO = new Uint8Array(0);

function hkdf(digest: string, chainingKey: Uint8Array, inputKeyMaterial: Uint8Array, length: number): Uint8Array {
  return new Uint8Array(hkdfSync(digest, inputKeyMaterial, chainingKey, NO_INFO, length));
}
