import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { createMemoryStore } from "@countersign/relay";
import { COUNTERSIGN_V1, COUNTERSIGN_V1_PATH, MPC_WEBSOCKET_PATH } from "@countersign/rpc";
import { every, systemClock } from "./clock.ts";
import { Relay } from "./core/relay.ts";
import { messageOf, StartError } from "./failure.ts";
import { createHttpServer } from "./http/server.ts";
import { type Limits, withDefaultLimits } from "./limits/limits.ts";
import { silentLog } from "./log.ts";
import { CloseCode, type Connection } from "./protocol/connection.ts";
import { createCountersignV1 } from "./protocol/countersign-v1.ts";
import { createMpcWebsocket } from "./protocol/mpc/mpc-websocket.ts";
import type { RelayOptions, RunningRelay } from "./relay-options.ts";
import { openSqliteStore } from "./store/sqlite-store.ts";

export type { RelayOptions, RunningRelay, TlsFiles, TrustProxy } from "./relay-options.ts";

/** How long clients may take to close their side before they are cut. */
const DRAIN = 2_000;

/** Starts a relay inside of this process; resolves when it serves. Rejects with `StartError`. */
export async function startRelay(options: RelayOptions = {}): Promise<RunningRelay> {
  const { host = "127.0.0.1", port = 0, sessionLife = 1_800, pingInterval = 20 } = options;
  const { log = silentLog, clock = systemClock } = options;
  const limits = limitsOf(options);
  const store = options.store ?? (options.data === undefined ? createMemoryStore() : openSqliteStore(options.data));
  const relay = new Relay({ store, clock, log }, { sessionLife, limits });
  const routes = [
    { path: COUNTERSIGN_V1_PATH, subprotocol: COUNTERSIGN_V1, dialect: createCountersignV1(relay, log) },
    { path: MPC_WEBSOCKET_PATH, subprotocol: undefined, dialect: createMpcWebsocket(relay, log) },
  ];
  const { server, connections } = createHttpServer({ routes, log });
  try {
    await relay.directory.load();
    await listen(server, host, port);
  } catch (error) {
    relay.directory.close();
    await store.close();
    throw error;
  }
  log.info(relay.directory.size, "serving");
  const pings = every(clock, pingInterval * 1_000, () => {
    for (const connection of connections) connection.check();
  });

  const close = async () => {
    log.info({ connections: connections.size }, "closing");
    pings.cancel();
    const stopped = once(server, "close");
    server.close();
    server.closeIdleConnections();
    // What was ordered already is written and answered first.
    await turn();
    await turn();
    await closeAll(connections);
    server.closeAllConnections();
    await stopped;
    relay.directory.close();
    await store.close();
  };
  let closing: Promise<void> | undefined;
  return {
    url: urlOf(server),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function limitsOf({ limits = {} }: RelayOptions): Limits {
  try {
    return withDefaultLimits(limits);
  } catch (error) {
    throw new StartError(messageOf(error));
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const listening = once(server, "listening");
  server.listen({ host, port });
  await listening.catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = code === "EADDRINUSE" ? "the port is taken" : messageOf(error);
    throw new StartError(`cannot listen on ${host}:${port}: ${reason}`);
  });
}

async function closeAll(connections: ReadonlySet<Connection>): Promise<void> {
  const closed = [...connections].map((connection) => connection.close(CloseCode.serviceRestart, "the relay restarts"));
  const cut = setTimeout(() => {
    for (const connection of connections) connection.terminate();
  }, DRAIN);
  await Promise.all(closed);
  clearTimeout(cut);
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `ws://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
