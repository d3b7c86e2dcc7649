import type { Socket } from "node:net";
import type { Clock } from "../clock.ts";
import type { Account } from "../limits/account.ts";
import type { Limits } from "../limits/limits.ts";
import type { Log } from "../log.ts";
import type { Meter } from "../observe/meter.ts";
import type { Dialect } from "./dialect.ts";

/** What connections have in common. */
export interface ConnectionSurroundings {
  readonly clock: Clock;
  readonly limits: Limits;
  /** Seconds. */
  readonly pingInterval: number;
  readonly log: Log;
  readonly meter: Meter;
}

/** What a connection is made of, beside its WebSocket. */
export interface ConnectionOptions extends ConnectionSurroundings {
  readonly socket: Socket;
  readonly dialect: Dialect;
  /** As `networkOf` writes it; for limits only, never logged. */
  readonly address: string;
  readonly account: Account;
}
