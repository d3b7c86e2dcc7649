import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SharedMemory } from "@countersign/relay";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Status } from "../../src/observe/status.ts";
import { meet } from "../nodes/meeting.ts";
import { freePort } from "../redis/redis-server.ts";
import { CaddyProcess, caddy } from "./caddy-process.ts";

/** Milliseconds that nobody ever waits longer than for a node to be replaced. */
const PATIENCE = 10_000;

describe.skipIf(caddy === undefined)("two relays behind Caddy with Caddyfile-nodes (needs caddy)", () => {
  const directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
  const memory = new SharedMemory({ now: () => performance.now() });
  const relays: RunningRelay[] = [];
  let proxy: CaddyProcess;
  let site: string;
  /** A relay at the port that its predecessor had. */
  const start = (port?: string) =>
    startRelay({
      store: memory.open(),
      trustProxy: 1,
      limits: { messagesPerSecond: 100_000, addressMessagesPerSecond: 100_000 },
      ...(port === undefined ? {} : { port: Number(port) }),
    });
  beforeAll(async () => {
    relays.push(await start(), await start());
    site = `http://localhost:${await freePort()}`;
    proxy = await CaddyProcess.started({
      directory,
      caddyfile: "Caddyfile-nodes",
      environment: { RELAY_SITE: site, RELAY_UPSTREAMS: relays.map(({ url }) => new URL(url).host).join(" ") },
      ready: ["serving initial configuration"],
    });
  });
  afterAll(async () => {
    await proxy?.end();
    await Promise.all(relays.map((relay) => relay.close()));
    rmSync(directory, { recursive: true, force: true });
  });

  /** How many connections a relay has. */
  const connections = async ({ url }: RunningRelay) => {
    const answer = await fetch(`${url.replace("ws", "http")}/status.json`);
    const status = (await answer.json()) as Status;
    return Object.values(status.connections).reduce((sum, count) => sum + count, 0);
  };

  it("share those who come, and send them from the one that is drained to the other, where they go on", async () => {
    const meeting = await meet({ parties: 4, urls: () => [site.replace("http", "ws")] });
    await meeting.goesOn(50);
    expect(await Promise.all(relays.map(connections))).toEqual([2, 2]);
    for (const [i, old] of [...relays.entries()]) {
      const closed = old.close({ drain: 1 });
      await meeting.goesOn(50);
      await closed;
      await meeting.goesOn(50);
      const others = relays.filter((relay) => relay !== old);
      await vi.waitUntil(async () => (await connections(others[0] ?? old)) === 4, { timeout: PATIENCE, interval: 600 });
      relays[i] = await start(new URL(old.url).port);
    }
    await meeting.goesOn(50);
    await meeting.end();
    for (const { moves, longestWait } of meeting.members) {
      expect(moves).toBeGreaterThan(0);
      expect(longestWait).toBeLessThan(PATIENCE);
    }
  });

  it("keep what they have measured to themselves", async () => {
    expect((await fetch(`${site}/healthz`)).status).toBe(200);
    expect((await fetch(`${site}/metrics`)).status).toBe(404);
  });
});
