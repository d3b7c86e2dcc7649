import type { Limits } from "../limits/limits.ts";
import type { Census } from "./census.ts";
import type { Pulse } from "./pulse.ts";
import type { Tally } from "./tally.ts";

/** Where the relay stands. Only one that is ready is to be sent new clients. */
export type Readiness = "loading" | "ready" | "draining" | "store-failed";

/**
 * Where the relay keeps what it has acknowledged: in a file, only in memory, in an engine beside it, or where the program
 * around it wants.
 */
export type Storage = "disk" | "memory" | "engine" | "other";

/** What can be seen of a relay. */
export interface View {
  readonly tally: Tally;
  readonly pulse: Pulse;
  readonly limits: Limits;
  readonly version: string;
  readonly storage: Storage;
  readiness(): Readiness;
  census(): Census;
  /** Seconds since the relay began to load. */
  uptime(): number;
}
