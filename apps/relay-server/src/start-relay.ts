import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { createMemoryStore, type LogStore } from "@countersign/relay";
import { COUNTERSIGN_V1, COUNTERSIGN_V1_PATH, MPC_WEBSOCKET_PATH } from "@countersign/rpc";
import { type Clock, every, systemClock } from "./clock.ts";
import { Relay } from "./core/relay.ts";
import { messageOf, StartError } from "./failure.ts";
import { createHttpServer } from "./http/server.ts";
import { type Log, silentLog } from "./log.ts";
import { CloseCode, type Connection } from "./protocol/connection.ts";
import { createCountersignV1 } from "./protocol/countersign-v1.ts";
import { createMpcWebsocket } from "./protocol/mpc/mpc-websocket.ts";
import { openSqliteStore } from "./store/sqlite-store.ts";

/** What a relay may be told; everything has a default. */
export interface RelayOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 (default): one that is free. */
  readonly port?: number;
  /** The folder of the database. Without it nothing survives the relay. */
  readonly data?: string;
  /** Seconds without activity until a session expires, default 1,800. */
  readonly sessionLife?: number;
  /** Seconds between pings; who answers none until the next is cut. Default 20. */
  readonly pingInterval?: number;
  /** Default: says nothing. */
  readonly log?: Log;
  /** For tests: time that is made. */
  readonly clock?: Clock;
  /** For tests and other stores: instead of `data`. */
  readonly store?: LogStore;
}

/** A relay that serves. */
export interface RunningRelay {
  /** `ws://HOST:PORT`, to which the path of a dialect is added. */
  readonly url: string;
  /** Closes all connections with 1012 and keeps what is in the store. May be called more than once. */
  close(): Promise<void>;
}

/** How long clients may take to close their side before they are cut. */
const DRAIN = 2_000;

/** Starts a relay inside of this process; resolves when it serves. Rejects with `StartError`. */
export async function startRelay(options: RelayOptions = {}): Promise<RunningRelay> {
  const { host = "127.0.0.1", port = 0, sessionLife = 1_800, pingInterval = 20 } = options;
  const { log = silentLog, clock = systemClock } = options;
  const store = options.store ?? (options.data === undefined ? createMemoryStore() : openSqliteStore(options.data));
  const relay = new Relay({ store, clock, log }, sessionLife);
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
