import type { Clock } from "../clock.ts";

/** What there is at one moment. */
export interface Census {
  readonly groups: number;
  readonly invitations: number;
  /** By phase. */
  readonly sessions: Readonly<Record<string, number>>;
  /** By dialect. */
  readonly connections: Readonly<Record<string, number>>;
  /** Bytes in memory that wait for clients to take them. */
  readonly waitingBytes: number;
}

/** Milliseconds for which a count is good enough. */
const FRESH = 500;

/** Counts only as often as it is worth it: asking for a page does not make the relay walk through all its sessions. */
export function cachedCensus(clock: Clock, count: () => Census): () => Census {
  let last: { readonly at: number; readonly census: Census } | undefined;
  return () => {
    const now = clock.now();
    if (last === undefined || now - last.at >= FRESH) last = { at: now, census: count() };
    return last.census;
  };
}
