import { COUNTERSIGN_V1, MPC_WEBSOCKET } from "@countersign/rpc";
import type { Limits } from "../limits/limits.ts";
import type { Census } from "./census.ts";
import type { Minute } from "./pulse.ts";
import type { Readiness, Storage, View } from "./view.ts";

/** What `/status.json` says and the status page shows: numbers, and names that the relay gave. */
export interface Status extends Census {
  readonly name: "countersign-relay";
  readonly version: string;
  readonly node: string;
  readonly dialects: readonly string[];
  readonly readiness: Readiness;
  readonly storage: Storage;
  /** Whole seconds. */
  readonly uptime: number;
  readonly minute: Minute;
  readonly limits: Limits;
}

/** The relay as it is now. */
export function statusOf(view: View): Status {
  return {
    name: "countersign-relay",
    version: view.version,
    node: process.versions.node,
    dialects: [COUNTERSIGN_V1, MPC_WEBSOCKET],
    readiness: view.readiness(),
    storage: view.storage,
    uptime: Math.floor(view.uptime()),
    ...view.census(),
    minute: view.pulse.minute,
    limits: view.limits,
  };
}
