import type { Instant } from "@countersign/handshake";

/** Uniform random bytes from the operating system's generator. */
export type RandomBytes = (length: number) => Uint8Array;

/** Time as the client sees it: two clocks to read and an alarm. */
export interface Clock {
  now(): Instant;
  /** Calls `run` once when `now().ms` has reached `ms`; the function that it answers with calls that off. */
  wakeAt(ms: number, run: () => void): () => void;
}

/**
 * Makes 32 secret bytes of a spoken code, slowly: scrypt with N = 2^15, r = 8, p = 1 (spec 0003). Whoever replaces it
 * must compute the same, only faster, or the two sides will not meet.
 */
export type Kdf = (input: { readonly code: Uint8Array; readonly salt: Uint8Array }) => Promise<Uint8Array>;
