import { COUNTERSIGN_V1, MPC_WEBSOCKET } from "@countersign/rpc";
import type { Relay } from "../core/relay.ts";
import type { Connection } from "../protocol/connection.ts";
import type { Census } from "./census.ts";

/** Counts what there is in a relay. */
export function countAll({ directory }: Relay, connections: Iterable<Connection>): Census {
  const byDialect: Record<string, number> = { [COUNTERSIGN_V1]: 0, [MPC_WEBSOCKET]: 0 };
  let waitingBytes = 0;
  for (const { dialect, waiting } of connections) {
    byDialect[dialect.name] = (byDialect[dialect.name] ?? 0) + 1;
    waitingBytes += waiting;
  }
  const { groups, invitations } = directory.size;
  const { phases: sessions, together } = directory;
  const keptBytes = directory.usage.weight;
  return { groups, invitations, sessions, connections: byDialect, waitingBytes, keptBytes, together };
}
