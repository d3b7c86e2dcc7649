import type { Clock } from "../clock.ts";
import type { HeldAccount } from "../limits/accounts.ts";
import type { Limits } from "../limits/limits.ts";
import type { Log } from "../log.ts";
import type { Meter } from "../observe/meter.ts";
import type { Dialect } from "./dialect.ts";
import type { Heartbeats } from "./heartbeats.ts";

/** What connections have in common. */
export interface ConnectionSurroundings {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly log: Log;
  readonly meter: Meter;
  readonly heartbeats: Heartbeats;
  /** Where a connection stands as long as it is there. */
  readonly connections: Pick<Set<unknown>, "delete">;
}

/** What a connection is made of, beside its WebSocket. */
export interface ConnectionOptions {
  readonly dialect: Dialect;
  /** As `networkOf` writes it; for limits only, never logged. */
  readonly address: string;
  readonly held: HeldAccount;
}
