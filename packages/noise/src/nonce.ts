import { NoiseUsageError } from "./errors.ts";
import { MAX_NONCE } from "./limits.ts";

/** An 8-byte unsigned nonce as a bigint; throws NoiseUsageError `usage.nonce-range`. */
export function toNonce(n: bigint | number): bigint {
  if (typeof n === "number" ? Number.isSafeInteger(n) && n >= 0 : n >= 0n && n <= MAX_NONCE) return BigInt(n);
  throw new NoiseUsageError("usage.nonce-range", "a nonce is an integer from 0 to 2^64-1");
}
