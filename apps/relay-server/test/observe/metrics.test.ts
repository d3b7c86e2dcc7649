import { spawnSync } from "node:child_process";
import { MPC_WEBSOCKET, methods } from "@countersign/rpc";
import { describe, expect, it } from "vitest";
import { type Meter, silentMeter } from "../../src/observe/meter.ts";
import { metricTable } from "../../src/observe/metric-table.ts";
import { placesOf } from "../installed.ts";
import { census, lineOf, watchedForEachTest } from "./watched.ts";

const V1 = "countersign.v1";
const watch = watchedForEachTest();
const [promtool] = placesOf("promtool");

describe("metrics", () => {
  it.for<[string, (meter: Meter) => void, number]>([
    [`connections_opened_total{dialect="${V1}"}`, (meter) => meter.connectionOpened(V1), 1],
    [`connections_closed_total{dialect="${V1}",reason="no-pong"}`, (meter) => meter.connectionClosed(V1, "no-pong"), 1],
    [`connections_refused_total{reason="origin"}`, (meter) => meter.connectionRefused("origin"), 1],
    [`received_messages_total{dialect="${V1}"}`, (meter) => meter.received(V1, 100), 1],
    [`received_bytes_total{dialect="${V1}"}`, (meter) => meter.received(V1, 100), 100],
    [`sent_messages_total{dialect="${V1}"}`, (meter) => meter.sent(V1, 300, 3), 3],
    [`sent_bytes_total{dialect="${V1}"}`, (meter) => meter.sent(V1, 300, 3), 300],
    [
      `dropped_messages_total{dialect="${MPC_WEBSOCKET}",reason="binary"}`,
      (m) => m.dropped(MPC_WEBSOCKET, "binary"),
      1,
    ],
    [`pauses_total{scope="store"}`, (meter) => meter.paced("store"), 1],
    [`delivered_events_total{dialect="${V1}"}`, (meter) => meter.delivered(V1, 7), 7],
    ["store_operations_total", (meter) => meter.committed(12, 0.003), 12],
    [`store_commit_duration_seconds_bucket{le="0.0025"}`, (meter) => meter.committed(12, 0.003), 0],
    [`store_commit_duration_seconds_bucket{le="0.005"}`, (meter) => meter.committed(12, 0.003), 1],
    ["store_commit_duration_seconds_sum", (meter) => meter.committed(12, 0.003), 0.003],
    ["store_failures_total", (meter) => meter.storeFailed("disk full"), 1],
    ["damaged_groups_total", (meter) => meter.damaged(), 1],
    [
      `calls_total{dialect="${V1}",method="Session.open",outcome="ok"}`,
      (meter) => meter.called(V1, "Session.open", "ok", 0.002),
      1,
    ],
  ])("%s goes up when it happens, from 0 on", async ([line, happen, value]) => {
    const { meter, text } = await watch();
    expect(lineOf(await text("/metrics"), `countersign_relay_${line}`)).toBe(0);
    happen(meter);
    expect(lineOf(await text("/metrics"), `countersign_relay_${line}`)).toBe(value);
    // Reading is not counting.
    expect(lineOf(await text("/metrics"), `countersign_relay_${line}`)).toBe(value);
  });

  it("what calls came to and how long they took is told by method", async () => {
    const { meter, text } = await watch();
    meter.called(V1, "Session.message", "ok", 0.02);
    meter.called(V1, "Session.message", "relay.out-of-order", 0.001);
    meter.called(V1, "Session.message", "-32602", 0.0001);
    const metrics = await text("/metrics");
    const labels = `dialect="${V1}",method="Session.message"`;
    for (const outcome of ["ok", "relay.out-of-order", "-32602"]) {
      expect(lineOf(metrics, `countersign_relay_calls_total{${labels},outcome="${outcome}"}`)).toBe(1);
    }
    expect(lineOf(metrics, `countersign_relay_call_duration_seconds_count{${labels}}`)).toBe(3);
    // The le label comes first in this library; its order means nothing.
    expect(metrics).toMatch(/call_duration_seconds_bucket\{le="0\.001",[^}]*Session\.message[^}]*\} 2/);
  });

  it("no client makes a label: what is on no list is unknown", async () => {
    const { meter, text } = await watch();
    meter.called(V1, "Session.open", "canary", 0);
    meter.called(V1, "canary", "ok", 0);
    meter.called(V1, "__proto__", "relay.canary\n", 0);
    const metrics = await text("/metrics");
    expect(metrics).not.toContain("canary");
    expect(metrics).not.toContain("__proto__");
    const unknown = `countersign_relay_calls_total{dialect="${V1}",method="unknown"`;
    expect(lineOf(metrics, `${unknown},outcome="ok"}`)).toBe(1);
    expect(lineOf(metrics, `${unknown},outcome="unknown"}`)).toBe(1);
    expect(() => meter.received("canary", 1)).toThrow(TypeError);
  });

  it("every method of the table has its line from the beginning", async () => {
    const metrics = await (await watch()).text("/metrics");
    for (const method of Object.keys(methods)) {
      const line = `countersign_relay_calls_total{dialect="${V1}",method="${method}",outcome="ok"}`;
      expect(lineOf(metrics, line), method).toBe(0);
    }
  });

  it("gauges say what there is", async () => {
    const { text } = await watch();
    const metrics = await text("/metrics");
    const gauges = {
      groups: 3,
      invitations: 1,
      'sessions{phase="gathering"}': 2,
      'sessions{phase="expired"}': 0,
      [`connections{dialect="${V1}"}`]: 4,
      connections_limit: 20_000,
      sessions_limit: 250_000,
      waiting_bytes: 2_048,
      kept_bytes: 4_096,
      kept_bytes_limit: 2 * 1024 ** 3,
      nodes: 3,
      node_number: 2,
      sessions_of_all_nodes: 7,
      ready: 1,
    };
    for (const [line, value] of Object.entries(gauges)) {
      expect(lineOf(metrics, `countersign_relay_${line}`), line).toBe(value);
    }
    expect(lineOf(metrics, "process_resident_memory_bytes")).toBeGreaterThan(1e6);
    expect(lineOf(metrics, "process_cpu_seconds_total")).toBeGreaterThan(0);
    expect(lineOf(metrics, "process_open_fds")).toBeGreaterThan(0);
    expect(lineOf(metrics, "process_max_fds")).toBeGreaterThan(0);
    const started = lineOf(metrics, "process_start_time_seconds") ?? 0;
    expect(Math.abs(started - Date.now() / 1_000 + process.uptime())).toBeLessThan(5);
  });

  it("the names keep to the conventions of Prometheus, and each has a text that tells something", async () => {
    const metrics = await (await watch()).text("/metrics");
    for (const { type, name, help } of metricTable) {
      expect(name.endsWith("_total"), name).toBe(type === "counter");
      expect(help, name).toMatch(/^[A-Z0-9].{20,}\.$/);
    }
    const names = [...metrics.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !/^(?:countersign_relay|process)_[a-z_]+$/.test(`${name}`))).toEqual([]);
    expect(metrics).not.toMatch(/[/\\](?:home|root|usr|tmp)/);
  });

  it("a census is taken once however often one asks within half a second", async () => {
    let taken = 0;
    const { clock, text } = await watch({ count: () => ({ ...census, groups: ++taken }) });
    for (let i = 0; i < 5; i++) await text("/status.json");
    expect(lineOf(await text("/metrics"), "countersign_relay_groups")).toBe(1);
    clock.pass(0.5);
    expect(lineOf(await text("/metrics"), "countersign_relay_groups")).toBe(2);
  });

  it("a census that takes long is taken more rarely", async () => {
    let taken = 0;
    const slow = () => {
      clock.pass(0.1);
      return { ...census, groups: ++taken };
    };
    const { clock, text } = await watch({ count: () => slow() });
    const groups = async () => JSON.parse(await text("/status.json")).groups as number;
    expect(await groups()).toBe(1);
    clock.pass(4.9);
    expect(await groups()).toBe(1);
    clock.pass(0.1);
    expect(await groups()).toBe(2);
  });

  it("the silent meter takes everything", () => {
    for (const method of Object.values(silentMeter) as (() => void)[]) expect(method()).toBeUndefined();
  });
});

describe.skipIf(promtool === undefined)("promtool (needs promtool)", () => {
  it("finds nothing to complain about in the metrics", async () => {
    const { meter, text } = await watch();
    meter.called(V1, "Session.open", "ok", 0.002);
    meter.called(MPC_WEBSOCKET, "Group.join", "-32603", 0.002);
    const { status, stdout, stderr } = spawnSync(`${promtool}`, ["check", "metrics"], {
      input: await text("/metrics"),
    });
    expect(`${stdout}${stderr}`).toBe("");
    expect(status).toBe(0);
  });
});
