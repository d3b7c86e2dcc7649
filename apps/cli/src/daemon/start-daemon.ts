import { createRpc, type Phase, sessionMethods } from "@countersign/cosign";
import manifest from "../../package.json" with { type: "json" };
import type { Clock } from "./clock.ts";
import { CoinKeyError, type CoinKeyFile, readCoinKeyFile } from "./coin-keys.ts";
import type { DaemonConfig } from "./config/daemon-config.ts";
import { lockDatadir } from "./datadir-lock.ts";
import { gitCommit } from "./git-commit.ts";
import { type CookieFile, createCookieFile } from "./http/cookie-file.ts";
import { type Listening, listen } from "./http/listen.ts";
import { RpcServer } from "./http/server.ts";
import { Users } from "./http/users.ts";
import { type Log, reasonOf } from "./log.ts";
import { daemonPassphrase } from "./passphrase.ts";
import { createSessions } from "./sessions.ts";
import { StartError } from "./start-error.ts";

/** Milliseconds that calls under way get when the daemon stops. */
const GRACE = 10_000;

/** What the daemon runs on. */
export interface DaemonSurroundings {
  readonly clock: Clock;
  readonly log: Log;
}

/** A daemon that serves. */
export interface RunningDaemon {
  readonly url: string;
  readonly port: number;
  /** Stops it; calls under way are answered first. */
  stop(): Promise<void>;
  /** Settles when it has stopped, whoever asked for that. */
  readonly ended: Promise<void>;
}

/** Starts the daemon: when this answers, calls are carried out. Throws `StartError`. */
export async function startDaemon(config: DaemonConfig, { clock, log }: DaemonSurroundings): Promise<RunningDaemon> {
  for (const warning of config.warnings) log.warn({}, warning);
  const passphrase = daemonPassphrase({ ...config, warn: (text) => log.warn({}, text) });
  await checkCoinKeys({ path: config.coinKeyFile, passphrase });
  const lock = lockDatadir(config.datadir);
  let cookie: CookieFile | undefined;
  let listening: Listening;
  let phase: Phase = { state: "starting", status: "Starting" };
  const stopping = new AbortController();
  const sessions = createSessions({ ...config, passphrase, log });
  const rpc = createRpc(
    {
      version: manifest.version,
      gitCommit,
      transports: ["websocket"],
      forms: () => config.forms(listening),
      now: () => clock.now(),
      phase: () => phase,
      stop: () => void stop(),
      failed: (method, error) => log.error({ method, reason: reasonOf(error) }, "a method failed"),
    },
    sessionMethods(sessions),
  );
  try {
    if (config.cookie !== undefined) cookie = createCookieFile(config.cookie);
    const server = new RpcServer({
      ...config,
      rpc,
      users: new Users(passwordsOf(config.password, cookie), config.saltedUsers),
      clock,
      log,
      stopping: stopping.signal,
    });
    await sessions.restore();
    listening = await listen(() => server.createServer(), config.endpoints, config);
  } catch (error) {
    cookie?.remove();
    lock.release();
    throw error;
  }
  const { servers, port, url } = listening;
  phase = { state: "running" };
  log.info({ version: manifest.version, url }, "the daemon serves");

  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let isStopping = false;
  async function stop(): Promise<void> {
    if (isStopping) return ended;
    isStopping = true;
    phase = { state: "stopping" };
    log.info({}, "stopping");
    stopping.abort();
    const patience = clock.after(GRACE, () => {
      for (const server of servers) server.closeAllConnections();
    });
    // `close` ends what is idle, and waits for the rest.
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    patience.cancel();
    await sessions.stop();
    cookie?.remove();
    lock.release();
    log.info({}, "stopped");
    end();
  }
  return { url, port, stop, ended };
}

/** Whoever has named a file of keys is told now that it is of no use, and not in the middle of a ceremony. */
async function checkCoinKeys({
  path,
  passphrase,
}: { readonly path: string | undefined } & Pick<CoinKeyFile, "passphrase">): Promise<void> {
  if (path === undefined) return;
  try {
    for (const key of await readCoinKeyFile({ path, passphrase })) key.fill(0);
  } catch (error) {
    throw error instanceof CoinKeyError ? new StartError(`the keys of -adaptorkeys: ${error.message}`) : error;
  }
}

function passwordsOf(
  configured: { readonly user: string; readonly password: string } | undefined,
  cookie: CookieFile | undefined,
): readonly string[] {
  return [
    ...(configured === undefined ? [] : [`${configured.user}:${configured.password}`]),
    ...(cookie === undefined ? [] : [cookie.content]),
  ];
}
