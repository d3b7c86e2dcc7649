import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Method, type Phase, Rpc } from "@countersign/cosign";
import { afterEach } from "vitest";
import { daemonConfig } from "../../src/daemon/config/daemon-config.ts";
import { readCommandLine } from "../../src/daemon/config/read-arguments.ts";
import { Settings } from "../../src/daemon/config/settings.ts";
import { createAllowedAddresses } from "../../src/daemon/http/allowed-addresses.ts";
import { listen } from "../../src/daemon/http/listen.ts";
import { RpcServer, type RpcServerOptions } from "../../src/daemon/http/server.ts";
import { Users } from "../../src/daemon/http/users.ts";
import { createWhitelists } from "../../src/daemon/http/whitelists.ts";
import type { Log } from "../../src/daemon/log.ts";
import { type RunningDaemon, startDaemon } from "../../src/daemon/start-daemon.ts";
import { http, type Response, type Sent } from "./http.ts";
import { ManualClock } from "./manual-clock.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** An empty folder for the time of a test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "countersign-daemon-"));
  endings.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A log that keeps its lines. */
export class KeptLog implements Log {
  readonly lines: string[] = [];
  readonly debug = this.#keep("debug");
  readonly info = this.#keep("info");
  readonly warn = this.#keep("warn");
  readonly error = this.#keep("error");

  #keep(level: string): (facts: object, message: string) => void {
    return (facts, message) => this.lines.push(`${level} ${message} ${JSON.stringify(facts)}`);
  }
}

export interface Serving {
  readonly url: string;
  readonly clock: ManualClock;
  readonly log: KeptLog;
  readonly datadir: string;
  readonly daemon: RunningDaemon;
  /** What the cookie file says. */
  readonly cookie: () => string;
  /** A request as the user of the cookie file, or as another. */
  send(sent: Sent): Promise<Response>;
}

/** A whole daemon on a port of its own, with these options. */
export async function serving(...args: readonly string[]): Promise<Serving> {
  const datadir = folder();
  const line = readCommandLine([`-datadir=${datadir}`, "-rpcport=0", ...args], "daemon");
  const config = daemonConfig(await Settings.read(line.given, {}), {});
  const clock = new ManualClock();
  const log = new KeptLog();
  const daemon = await startDaemon(config, { clock, log });
  endings.push(() => daemon.stop());
  const cookie = () => readFileSync(join(datadir, ".cookie"), "utf8");
  const send = (sent: Sent) =>
    http(daemon.url, "user" in sent || "headers" in sent ? sent : { ...sent, user: cookie() });
  return { url: daemon.url, clock, log, datadir, daemon, cookie, send };
}

export interface ServingMethods {
  readonly url: string;
  readonly log: KeptLog;
  readonly clock: ManualClock;
  /** As the one user. */
  send(body: object): Promise<Response>;
  stop(): void;
}

/** Methods of a test's own, for the user `u:p`. */
export async function servingMethods(
  methods: readonly Method[],
  options: Partial<RpcServerOptions> & { readonly phase?: Phase } = {},
): Promise<ServingMethods> {
  const stopping = new AbortController();
  const clock = new ManualClock();
  const log = new KeptLog();
  const rpc = new Rpc({
    methods,
    forms: () => ({ command: "", curl: "", url: "" }),
    now: () => clock.now(),
    phase: () => options.phase ?? { state: "running" },
    failed: (_, error) => log.error({ error: String(error) }, "failed"),
  });
  const server = new RpcServer({
    rpc,
    users: new Users(["u:p"], []),
    whitelists: createWhitelists([], false),
    allowed: createAllowedAddresses([]),
    threads: 16,
    queueDepth: 64,
    idleSeconds: 30,
    clock,
    log,
    stopping: stopping.signal,
    ...options,
  });
  const host = { host: "127.0.0.1", port: 0 };
  const { servers, url } = await listen(() => server.createServer(), [host], { isLoopbackOnly: true });
  endings.push(() => {
    for (const one of servers) {
      one.closeAllConnections();
      one.close();
    }
  });
  return {
    url,
    log,
    clock,
    send: (body) => http(url, { user: "u:p", body: JSON.stringify(body) }),
    stop: () => stopping.abort(),
  };
}
