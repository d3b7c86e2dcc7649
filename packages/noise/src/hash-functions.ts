import type { HashFunctions, HashName } from "./backend.ts";

/** Sections 12.5 to 12.8. */
const LENGTHS: Readonly<Record<HashName, { readonly HASHLEN: number; readonly BLOCKLEN: number }>> = {
  SHA256: { HASHLEN: 32, BLOCKLEN: 64 },
  SHA512: { HASHLEN: 64, BLOCKLEN: 128 },
  BLAKE2s: { HASHLEN: 32, BLOCKLEN: 64 },
  BLAKE2b: { HASHLEN: 64, BLOCKLEN: 128 },
};

/** Sections 12.5 to 12.8: the hash functions over a platform's hash. */
export function hashFunctions(name: HashName, hash: (data: Uint8Array) => Uint8Array): HashFunctions {
  return { name, ...LENGTHS[name], hash };
}
