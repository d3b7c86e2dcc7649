import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { createClient } from "@redis/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CommonLimits } from "../../src/limits/common-limits.ts";
import { openRedisStore } from "../../src/store/redis/open-redis-store.ts";
import type { RedisStore } from "../../src/store/redis/redis-store.ts";
import { describeEngines, type RedisServer } from "./redis-server.ts";

const ADDRESS = "192.0.2.77";

describeEngines("limits of several relays", (program) => {
  let server: RedisServer;
  let addressKey: string;
  let nodes: { readonly store: RedisStore; readonly common: CommonLimits }[];
  beforeAll(async () => {
    server = await program.started();
    addressKey = join(server.directory, "address-key");
    writeFileSync(addressKey, `${"k".repeat(32)}\n`);
    nodes = await Promise.all(
      [1, 2].map(async () => {
        const { store, common } = await openRedisStore({ url: server.url, addressKey });
        if (common === undefined) throw new Error("nothing is counted together");
        return { store, common };
      }),
    );
  });
  afterAll(async () => {
    for (const { store } of nodes) await store.close();
    await server.remove();
  });

  const lookup = async (node: number, isFound: boolean, network = ADDRESS) =>
    (await nodes[node]?.common.lookups.attempt(network, async () => ({ isFound, answer: true }))) ?? false;

  it("count failed look-ups wherever they are tried", async () => {
    for (let i = 0; i < 5; i++) {
      expect([await lookup(i % 2, true), await lookup(i % 2, false)]).toEqual([true, true]);
    }
    expect(await lookup(0, true)).toBe(false);
    expect(await lookup(1, true)).toBe(false);
    expect(await lookup(1, true, "192.0.2.78")).toBe(true);
  });

  it("let no more guesses through if many come at once", async () => {
    const network = "192.0.2.79";
    const guesses = await Promise.all(Array.from({ length: 60 }, (_, i) => lookup(i % 2, false, network)));
    // One more than five at the most: two nodes may look something up in the same moment.
    expect(guesses.filter(Boolean).length).toBeGreaterThanOrEqual(5);
    expect(guesses.filter(Boolean).length).toBeLessThanOrEqual(6);
  });

  it("count what is used up at all of them as one rate", async () => {
    const counts = nodes.map(({ common }) => common.countFor("192.0.2.80"));
    const waits: number[] = [];
    for (let i = 0; i < 30; i++) waits.push((await counts[i % 2]?.spend("attempts", 1, 10)) ?? 0);
    expect(waits.slice(0, 10)).toEqual(Array(10).fill(0));
    // As much as a second's worth of debt, and no more.
    expect(waits.at(-1)).toBeGreaterThan(500);
    expect(waits.at(-1)).toBeLessThanOrEqual(1_000);
  });

  it("have no address in the engine, and nothing there for longer than it counts", async () => {
    const client = await createClient({ url: server.url }).connect();
    // A store also writes something of its own, to find out whether that becomes durable.
    const keys = (await client.keys("*")).filter((key) => /\{rate\/(?!probe\/)/.test(key));
    expect(keys.length).toBeGreaterThan(1);
    for (const key of keys) {
      expect(key).not.toContain("192");
      expect(key).toMatch(/^countersign:\{rate\/[a-z]+\/[\w-]{43}\}$/);
      const life = await client.pTTL(key);
      expect(life).toBeGreaterThan(0);
      expect(life).toBeLessThanOrEqual(60_000);
    }
    client.destroy();
  });

  it("want a key that nobody guesses", async () => {
    writeFileSync(join(server.directory, "short"), "k".repeat(31));
    const opening = (file: string) => openRedisStore({ url: server.url, addressKey: join(server.directory, file) });
    await expect(opening("short")).rejects.toThrow("the key of the addresses must have at least 32 characters");
    await expect(opening("none")).rejects.toThrow("cannot read the key of the addresses");
  });

  it("hold of attempts to connect at relays that do not know of each other", async () => {
    const client = await createClient({ url: server.url }).connect();
    const limits = { newConnectionsPerSecond: 5 };
    const relays: RunningRelay[] = [];
    for (let i = 0; i < 2; i++) {
      relays.push(await startRelay({ engine: { url: server.url, prefix: "attempts", addressKey }, limits }));
    }
    const bucket = async () => {
      const [key] = await client.keys("attempts:{rate/attempts/*");
      return key === undefined ? null : client.get(key);
    };
    /** How many are let through until one is not. */
    const letThrough = async (relay: RunningRelay | undefined) => {
      for (let count = 0; ; count++) {
        const before = await bucket();
        const { status } = await fetch(`${relay?.url.replace("ws", "http")}/healthz`);
        if (status === 429) return count;
        while ((await bucket()) === before);
      }
    };
    const start = performance.now();
    const [first, second] = [await letThrough(relays[0]), await letThrough(relays[1])];
    const recovered = (5 * (performance.now() - start)) / 1_000;
    expect(first).toBeGreaterThanOrEqual(5);
    expect(second).toBeLessThan(5 + recovered);
    for (const relay of relays) await relay.close();
    client.destroy();
  });
});
