import { appended, type SharedLogStore } from "@countersign/relay";
import { createClient } from "@redis/client";
import { afterEach, beforeEach, expect, it } from "vitest";
import { silentMeter } from "../../src/observe/meter.ts";
import { openRedis } from "./opened.ts";
import { describeEngines, type RedisServer } from "./redis-server.ts";

describeEngines("an engine that goes away", (program) => {
  let server: RedisServer;
  let store: SharedLogStore;
  let states: string[];
  beforeEach(async () => {
    server = await program.started();
    states = [];
    const note = (state: string) => {
      if (states.at(-1) !== state) states.push(state);
    };
    const meter = { ...silentMeter, committed: () => note("works"), storeFailed: () => note("failed") };
    store = await openRedis(server.url, { meter });
  });
  afterEach(async () => {
    await store.close();
    await server.remove();
  });

  it("by kill -9, again and again, takes nothing with it that was acknowledged, and nothing is there twice", async () => {
    const acknowledged = new Map<string, number>();
    const refused = new Set<string>();
    let isOver = false;
    let next = 0;
    const write = async () => {
      while (!isOver) {
        const entry = `entry ${next++}`;
        try {
          acknowledged.set(entry, await appended(store, "a", entry));
        } catch {
          refused.add(entry);
          await new Promise(setImmediate);
        }
      }
    };
    const writers = Array.from({ length: 8 }, write);
    for (let round = 1; round <= 5; round++) {
      const before = acknowledged.size;
      while (acknowledged.size < before + 50) await new Promise(setImmediate);
      await server.kill("SIGKILL");
      await server.start();
    }
    const before = acknowledged.size;
    while (acknowledged.size < before + 50) await new Promise(setImmediate);
    isOver = true;
    await Promise.all(writers);
    const found = new Map<string, number>();
    for (let after = 0; ; ) {
      const records = await store.read("a", after, 1_000);
      if (records.length === 0) break;
      for (const { position, entry } of records) {
        expect([entry, found.has(entry), refused.has(entry)]).toEqual([entry, false, false]);
        found.set(entry, position);
        after = position;
      }
    }
    expect(found).toEqual(acknowledged);
    expect(states).toContain("failed");
  });

  it("has new entries refused and is said to be away, until it is back", async () => {
    await appended(store, "a", "e1");
    expect(states).toEqual(["works"]);
    await server.kill();
    while (states.at(-1) !== "failed") await new Promise(setImmediate);
    await expect(appended(store, "a", "e2")).rejects.toMatchObject({ name: "StoreError" });
    const reading = store.read("a", 0, 9);
    await server.start();
    // It says so by itself, although nobody writes.
    while (states.at(-1) !== "works") await new Promise(setImmediate);
    expect(await appended(store, "a", "e3")).toBe(2);
    expect(await reading).toEqual([{ position: 1, entry: "e1" }]);
  });

  it("is given up on at the end, and who waits for it is told so", async () => {
    await server.kill();
    const reading = store.read("a", 0, 9);
    await Promise.all([store.close(), expect(reading).rejects.toThrow("the store is closed")]);
    await expect(appended(store, "a", "x")).rejects.toThrow("the store is closed");
  });

  it("is not taken for the one before if it comes back and syncs less", async () => {
    const client = await createClient({ url: server.url }).connect();
    await appended(store, "a", "e1");
    await client.configSet("appendfsync", "everysec");
    await client.sendCommand(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
    while (states.at(-1) !== "failed") await new Promise(setImmediate);
    let reason = "";
    while (!reason.includes("always wants always")) {
      reason = await appended(store, "a", "e2").then(
        () => "always wants always, and it was taken",
        (error: Error) => error.message,
      );
      await new Promise(setImmediate);
    }
    expect(reason).toBe("the store has appendfsync everysec, and always wants always");
    await client.configSet("appendfsync", "always");
    while (states.at(-1) !== "works") await new Promise(setImmediate);
    expect(await appended(store, "a", "e3")).toBe(2);
    client.destroy();
  });

  it("tells those who follow a log what came meanwhile", async () => {
    const other = await openRedis(server.url);
    const heard: string[] = [];
    other.subscribe((_log, { entry }) => heard.push(entry));
    other.follow("a", 0, () => undefined);
    await appended(store, "a", "e1");
    await server.kill();
    await server.start();
    while (states.at(-1) !== "works") await new Promise(setImmediate);
    await appended(store, "a", "e2");
    while (heard.length < 2) await new Promise(setImmediate);
    expect(heard).toEqual(["e1", "e2"]);
    await other.close();
  });
});
