import type { CipherFunctions } from "./backend.ts";
import { ZEROLEN } from "./bytes.ts";
import { KEYLEN, MAX_NONCE } from "./limits.ts";

/**
 * Section 4.2: REKEY(k), the first 32 bytes of ENCRYPT(k, 2^64-1, zerolen, zeros). Takes and returns a key of 32 bytes,
 * secret; `k` is left for the caller to wipe. Throws NoiseUsageError `usage.byte-length`.
 */
export function rekey(cipher: CipherFunctions, k: Uint8Array): Uint8Array {
  const key = cipher.importKey(k);
  const next = key.seal(MAX_NONCE, ZEROLEN, new Uint8Array(KEYLEN)).slice(0, KEYLEN);
  key.destroy();
  return next;
}
