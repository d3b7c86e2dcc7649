import { createMemoryStore, type LogStore } from "@countersign/relay";
import { COUNTERSIGN_V1, COUNTERSIGN_V1_PATH, MPC_WEBSOCKET_PATH } from "@countersign/rpc";
import { type Clock, systemClock } from "./clock.ts";
import { closeAll } from "./closing.ts";
import { Relay } from "./core/relay.ts";
import { messageOf, StartError } from "./failure.ts";
import { type ClientAddresses, createClientAddresses } from "./http/client-address.ts";
import { Credentials } from "./http/credentials.ts";
import { listen, urlOf } from "./http/listen.ts";
import { checkOrigins } from "./http/origins.ts";
import { createHttpServer } from "./http/server.ts";
import type { CommonLimits } from "./limits/common-limits.ts";
import { type Limits, withDefaultLimits } from "./limits/limits.ts";
import { type Log, silentLog } from "./log.ts";
import { countAll } from "./observe/count-all.ts";
import type { Meter } from "./observe/meter.ts";
import { Observer } from "./observe/observer.ts";
import type { Storage } from "./observe/view.ts";
import { createCountersignV1 } from "./protocol/countersign-v1.ts";
import { createMpcWebsocket } from "./protocol/mpc/mpc-websocket.ts";
import type { RelayOptions, RunningRelay } from "./relay-options.ts";
import { openRedisStore } from "./store/redis/open-redis-store.ts";
import { openSqliteStore } from "./store/sqlite-store.ts";

export type { EngineOptions, RelayOptions, RunningRelay, TlsFiles, TrustProxy } from "./relay-options.ts";

/** Starts a relay inside of this process; resolves when it serves. Rejects with `StartError`. */
export async function startRelay(options: RelayOptions = {}): Promise<RunningRelay> {
  const { clock = systemClock, log = silentLog } = options;
  // What is wrong with the options is found before anything is opened.
  const limits = checked(() => withDefaultLimits(options.limits ?? {}));
  const clientAddresses = checked(() => createClientAddresses(options.trustProxy));
  const origins = checked(() => checkOrigins(options.origins));
  const credentials = new Credentials(options);
  const observer = new Observer({ clock, limits, storage: storageOf(options), log });
  try {
    if (options.metrics !== undefined) await observer.serveMetrics(options.metrics);
    return await serve(options, { clock, log, limits, clientAddresses, origins, credentials, observer });
  } catch (error) {
    await observer.close();
    throw error;
  }
}

interface Parts {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Limits;
  readonly clientAddresses: ClientAddresses;
  readonly origins: readonly string[] | undefined;
  readonly credentials: Credentials;
  readonly observer: Observer;
}

async function serve(options: RelayOptions, parts: Parts): Promise<RunningRelay> {
  const { host = "127.0.0.1", port = 0, sessionLife = 1_800, pingInterval = 20 } = options;
  const { clock, log, limits, clientAddresses, origins, credentials, observer } = parts;
  const { meter } = observer;
  const { store, common } = await openStore(options, { clock, meter });
  const relay = new Relay({ store, clock, log, meter }, { sessionLife, limits, lookups: common?.lookups });
  const surroundings = { clock, log, meter };
  const routes = [
    { path: COUNTERSIGN_V1_PATH, subprotocol: COUNTERSIGN_V1, dialect: createCountersignV1(relay, surroundings) },
    { path: MPC_WEBSOCKET_PATH, subprotocol: undefined, dialect: createMpcWebsocket(relay, surroundings) },
  ];
  const http = createHttpServer({
    ...{ ...surroundings, limits, pingInterval },
    ...{ routes, clientAddresses, origins, credentials, common },
    pages: observer.pages({ metrics: options.metrics === undefined, status: options.status ?? true }),
  });
  const { server, connections } = http;
  try {
    await relay.load();
    await listen(server, { host, port });
  } catch (error) {
    relay.directory.close();
    await store.close();
    throw error;
  }
  observer.ready(() => countAll(relay, connections));
  log.info(relay.directory.size, "serving");

  const close = async (seconds: number) => {
    log.info({ connections: connections.size }, "closing");
    observer.draining();
    http.drain();
    // Until the last connection is closed, those who watch can see that this relay is not ready any more.
    await closeAll(connections, { clock, seconds });
    await http.close();
    relay.directory.close();
    await store.close();
    await observer.close();
  };
  let closing: Promise<void> | undefined;
  return {
    url: urlOf(server, options.tls === undefined ? "ws" : "wss"),
    ...(observer.metricsUrl === undefined ? {} : { metricsUrl: observer.metricsUrl }),
    reload() {
      try {
        credentials.reload();
        log.info({}, "certificate and access tokens were read again");
      } catch (error) {
        log.error({ reason: messageOf(error) }, "certificate and access tokens stay as they were");
      }
    },
    close: ({ drain = options.drain ?? 0 } = {}) => {
      closing ??= close(drain);
      return closing;
    },
  };
}

async function openStore(
  { store, data, engine }: RelayOptions,
  surroundings: { clock: Clock; meter: Meter },
): Promise<{ readonly store: LogStore; readonly common?: CommonLimits | undefined }> {
  if (store !== undefined) return { store };
  if (engine !== undefined) return openRedisStore(engine, surroundings);
  return { store: data === undefined ? createMemoryStore() : await openSqliteStore(data, surroundings) };
}

function checked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new StartError(messageOf(error));
  }
}

function storageOf({ store, data, engine }: RelayOptions): Storage {
  if (store !== undefined) return "other";
  if (engine !== undefined) return "engine";
  return data === undefined ? "memory" : "disk";
}
