import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import { defaultLimits } from "../../src/limits/limits.ts";
import type { Census } from "../../src/observe/census.ts";
import { Observer } from "../../src/observe/observer.ts";
import { ManualClock } from "../manual-clock.ts";

export const census: Census = {
  groups: 3,
  invitations: 1,
  sessions: { gathering: 2, full: 1, closed: 0, aborted: 0, expired: 0 },
  connections: { "countersign.v1": 4, "mpc-websocket": 5 },
  waitingBytes: 2_048,
  keptBytes: 4_096,
  together: { number: 2, nodes: 3, sessions: 7 },
};

interface WatchedOptions {
  readonly count?: () => Census;
  readonly metrics?: boolean;
  readonly status?: boolean;
  /** Until `start` is called. */
  readonly loading?: boolean;
}

/** Serves the pages of an observer whose relay is made up. */
export function watchedForEachTest() {
  const observers: Observer[] = [];
  const servers: Server[] = [];
  afterEach(() => {
    for (const observer of observers.splice(0)) observer.close();
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });
  return async ({ count = () => census, metrics = true, status = true, loading = false }: WatchedOptions = {}) => {
    const clock = new ManualClock();
    const lines: string[] = [];
    const note = (facts: object, message: string) => lines.push(`${message} ${JSON.stringify(facts)}`);
    const log = { debug: note, info: note, warn: note, error: note };
    const observer = new Observer({ clock, limits: defaultLimits, storage: "disk", log });
    observers.push(observer);
    const answer = observer.pages({ metrics, status });
    const start = () => observer.ready(count);
    if (!loading) start();
    const server = createServer((request, response) => {
      if (!answer(request, response)) response.writeHead(404).end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const get = (path: string, init?: RequestInit) => fetch(`${url}${path}`, init);
    const text = async (path: string) => (await get(path)).text();
    return { clock, observer, meter: observer.meter, url, get, text, start, lines };
  };
}

/** The value of one line of `/metrics`: `name{label="…"}`. */
export function lineOf(metrics: string, line: string): number | undefined {
  const found = metrics.split("\n").find((one) => one.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}
