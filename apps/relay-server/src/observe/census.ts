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
  /** Bytes of sessions and messages that are kept until everybody has them. */
  readonly keptBytes: number;
  readonly together: Together;
}

/** A relay among those that share its store. */
export interface Together {
  /** The number under which the others know it; 0 if it can have no others. */
  readonly number: number;
  /** How many are there, itself among them. */
  readonly nodes: number;
  /** Sessions of all of them, each once. */
  readonly sessions: number;
}

/** Milliseconds for which a count is good enough. */
const FRESH = 500;
/** Times as long as it took to count; so that counting never takes more than 2 % of the relay's time. */
const SHARE = 50;

/** Counts only as often as it is worth it: asking for pages does not make the relay walk through all its sessions. */
export function cachedCensus(clock: Clock, count: () => Census): () => Census {
  let last: { readonly until: number; readonly census: Census } | undefined;
  return () => {
    const begun = clock.now();
    if (last === undefined || begun >= last.until) {
      const census = count();
      const ended = clock.now();
      last = { until: ended + Math.max(FRESH, SHARE * (ended - begun)), census };
    }
    return last.census;
  };
}
