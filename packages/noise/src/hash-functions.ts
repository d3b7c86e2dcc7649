import type { HashFunctions, HashName } from "./backend.ts";

/** Sections 12.5 to 12.8. */
const LENGTHS: Readonly<Record<HashName, { readonly HASHLEN: number; readonly BLOCKLEN: number }>> = {
  SHA256: { HASHLEN: 32, BLOCKLEN: 64 },
  SHA512: { HASHLEN: 64, BLOCKLEN: 128 },
  BLAKE2s: { HASHLEN: 32, BLOCKLEN: 64 },
  BLAKE2b: { HASHLEN: 64, BLOCKLEN: 128 },
};

/** Sections 12.5 to 12.8: the hash functions over a platform's hash, and over its HKDF if it has one. */
export function hashFunctions(name: HashName, hash: HashFunctions["hash"], hkdf: HashFunctions["hkdf"]): HashFunctions {
  const functions = { name, ...LENGTHS[name], hash };
  return hkdf === undefined ? functions : { ...functions, hkdf };
}
