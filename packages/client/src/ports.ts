import type { Instant, SessionParameters } from "@countersign/handshake";
import type { JournalEntry } from "./session-record.ts";

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

/** Where a session writes what must survive its process. */
export interface Journal {
  /**
   * Resolves when the entry and all before it are durable. What depends on it leaves only then; if it rejects, the
   * session fails with `local.journal`. Entries come in order, several of them before the first is written. Many hold
   * secrets: a journal on a disk is encrypted. `encodeEntry` and `decodeEntry` make bytes of them.
   */
  write(entry: JournalEntry, session: SessionParameters): Promise<void>;
}
