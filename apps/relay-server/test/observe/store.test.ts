import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { defaultLimits } from "../../src/limits/limits.ts";
import { silentLog } from "../../src/log.ts";
import { Observer } from "../../src/observe/observer.ts";
import { Client, member, uuid } from "../client.ts";
import { ManualClock } from "../manual-clock.ts";
import { damageRecord } from "../on-database.ts";
import { refuseWritesInThreads } from "../refused-writes.ts";
import { census, lineOf } from "./watched.ts";

let data: string;
let relay: RunningRelay | undefined;
let clock: ManualClock;
let lines: string[];
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(async () => {
  await relay?.close();
  refuseWritesInThreads(undefined);
  rmSync(data, { recursive: true, force: true });
});
vi.mock("node:worker_threads", () => import("../refusing-worker.ts"));

async function start(): Promise<RunningRelay> {
  await relay?.close();
  clock = new ManualClock();
  lines = [];
  const note = (facts: object, message: string) => lines.push(`${message} ${JSON.stringify(facts)}`);
  const log = { debug: () => undefined, info: note, warn: note, error: note };
  relay = await startRelay({ data, clock, log, metrics: { host: "127.0.0.1", port: 0 } });
  return relay;
}

const get = (url: string | undefined, path: string) =>
  fetch(`${url}`.replace("ws:", "http:").replace("/metrics", "") + path);

async function metric(line: string): Promise<number | undefined> {
  return lineOf(await (await get(relay?.metricsUrl, "/metrics")).text(), `countersign_relay_${line}`);
}

async function readiness(): Promise<string> {
  const response = await get(relay?.url, "/readyz");
  return `${response.status} ${(await response.text()).trim()}`;
}

it("what is written is counted, and how long it takes", async () => {
  const { url } = await start();
  const client = await Client.connect(url);
  const before = (await metric("store_operations_total")) ?? 0;
  await client.call("Session.open", member(1));
  expect(await metric("store_operations_total")).toBeGreaterThan(before);
  const [count = 0, sum = 0] = await Promise.all(
    ["count", "sum"].map((what) => metric(`store_commit_duration_seconds_${what}`)),
  );
  expect(count).toBeGreaterThan(0);
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBeLessThan(60);
  await client.close();
});

it("a disk that takes nothing makes the relay unready until it takes something, and is logged once", async () => {
  refuseWritesInThreads(uuid(66));
  const { url } = await start();
  expect(await readiness()).toBe("200 ready");
  const client = await Client.connect(url);
  for (const group of [66, 66, 66]) {
    const refused = client.call("Session.open", member(1, { group: uuid(group), session: uuid(67) }));
    await expect(refused).rejects.toThrow("relay.unavailable");
  }
  expect(await readiness()).toBe("503 store-failed");
  expect(await metric("ready")).toBe(0);
  expect(await metric("store_failures_total")).toBeGreaterThanOrEqual(3);
  expect(await metric('calls_total{dialect="countersign.v1",method="Session.open",outcome="relay.unavailable"}')).toBe(
    3,
  );
  expect(lines.filter((line) => line.includes("fail"))).toEqual([
    'the store has failed; nothing is acknowledged until it works again {"reason":"the disk is full"}',
  ]);

  // The store looks by itself whether it can write again.
  clock.pass(1);
  while ((await readiness()) !== "200 ready");
  expect(lines.at(-1)).toBe("the store works again {}");
  await client.call("Session.open", member(1));
  expect(await metric("ready")).toBe(1);
  await client.close();
});

it("a group that has changed on the disk is counted", async () => {
  const client = await Client.connect((await start()).url);
  await client.call("Session.open", member(1));
  await client.close();
  expect(await metric("damaged_groups_total")).toBe(0);
  await relay?.close();
  relay = undefined;
  damageRecord(data, `group/${member(1).group}`, 1);
  await start();
  expect(await metric("damaged_groups_total")).toBe(1);
  expect(lines.join()).toContain('were set aside {"groups":1}');
});

it("a relay that drains says so, at both of its addresses, and stays alive", async () => {
  const { url } = await start();
  const [one, two] = [await Client.connect(url), await Client.connect(url)];
  const closed = relay?.close({ drain: 60 });
  expect(await readiness()).toBe("503 draining");
  expect((await get(relay?.metricsUrl, "/readyz")).status).toBe(503);
  expect((await get(relay?.url, "/healthz")).status).toBe(200);
  clock.pass(60);
  await closed;
  await Promise.all([one.close(), two.close()]);
  await expect(get(relay?.metricsUrl, "/readyz")).rejects.toThrow();
});

it("the metrics have their address to themselves, and answer there before the relay serves", async () => {
  clock = new ManualClock();
  const observer = new Observer({ clock, limits: defaultLimits, storage: "disk", log: silentLog });
  await observer.serveMetrics({ host: "127.0.0.1", port: 0 });
  expect(await (await get(observer.metricsUrl, "/readyz")).text()).toBe("loading\n");
  expect((await get(observer.metricsUrl, "/metrics")).status).toBe(200);
  observer.ready(() => census);
  expect(await (await get(observer.metricsUrl, "/readyz")).text()).toBe("ready\n");
  await observer.close();

  const { url, metricsUrl } = await start();
  expect((await get(url, "/metrics")).status).toBe(404);
  expect((await get(metricsUrl, "/metrics")).status).toBe(200);
  expect((await get(metricsUrl, "/")).status).toBe(404);
  expect((await get(url, "/")).status).toBe(200);
  expect(await (await get(url, "/")).text()).not.toContain('href="metrics"');
});

it("an address that is taken keeps the relay from starting, and nothing stays behind", async () => {
  const { metricsUrl } = await start();
  const port = Number(new URL(`${metricsUrl}`).port);
  const second = startRelay({ metrics: { host: "127.0.0.1", port } });
  await expect(second).rejects.toThrow(`cannot listen on 127.0.0.1:${port}: the port is taken`);
  // The other way round: what the metrics have had is free again.
  const taken = Number(new URL(`${relay?.url}`).port);
  const third = startRelay({ port: taken, metrics: { host: "127.0.0.1", port: 0 } });
  await expect(third).rejects.toThrow(`cannot listen on 127.0.0.1:${taken}`);
});
