import { once } from "node:events";
import { createMemoryStore } from "@countersign/relay";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { beforeEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Client, member } from "../client.ts";
import { ManualClock } from "../manual-clock.ts";

let clock: ManualClock;
beforeEach(() => {
  clock = new ManualClock();
});

const get = async (relay: RunningRelay, path: string) => {
  const { status } = await fetch(`${relay.url.replace("ws:", "http:")}${path}`);
  return status;
};

/** Resolves with the reason why there was no WebSocket. */
async function refusal(relay: RunningRelay): Promise<string> {
  const [error] = await once(new WebSocket(`${relay.url}/v1`, "countersign.v1"), "error");
  return (error as Error).message;
}

it("is spread over the drain; nobody new comes in, and who watches sees it", async () => {
  const relay = await startRelay({ clock, drain: 8 });
  const clients = [];
  for (let i = 0; i < 4; i++) clients.push(await Client.connect(relay.url));
  const codes: number[] = [];
  for (const client of clients) void client.closed().then((code) => codes.push(code));
  expect(await get(relay, "/readyz")).toBe(200);
  const closed = relay.close();
  await expect.poll(() => codes.length).toBe(1);
  for (const expected of [2, 3, 4]) {
    clock.pass(1.999);
    expect(await refusal(relay)).toContain("503");
    expect([await get(relay, "/healthz"), await get(relay, "/readyz")]).toEqual([200, 503]);
    expect(codes).toHaveLength(expected - 1);
    clock.pass(0.001);
    await expect.poll(() => codes.length).toBe(expected);
  }
  expect(codes).toEqual([1012, 1012, 1012, 1012]);
  await closed;
  await expect(get(relay, "/healthz")).rejects.toThrow();
});

it("takes no time with nobody there, or if nobody wants it to", async () => {
  await (await startRelay({ clock, drain: 3_600 })).close();
  const relay = await startRelay({ clock, drain: 3_600 });
  const clients = [await Client.connect(relay.url), await Client.connect(relay.url)];
  const closed = Promise.all(clients.map((client) => client.closed()));
  await relay.close({ drain: 0 });
  expect(await closed).toEqual([1012, 1012]);
});

it("answers first what was asked before", async () => {
  const store = createMemoryStore();
  const appending: (() => void)[] = [];
  const append: typeof store.append = async (log, entry, waiter) => {
    await new Promise<void>((resolve) => appending.push(resolve));
    store.append(log, entry, waiter);
  };
  const relay = await startRelay({ clock, store: { ...store, append } });
  const client = await Client.connect(relay.url);
  const opened = client.call("Session.open", member(1));
  await client.call("Relay.info", {});
  const closed = client.closed();
  const stopped = relay.close();
  for (const carryOn of appending) carryOn();
  expect(await opened).toMatchObject({ number: 1 });
  expect(await closed).toBe(1012);
  await stopped;
});
