import { join } from "node:path";
import { appended, type SharedLogStore } from "@countersign/relay";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Cut, CuttingProxy } from "./cutting-proxy.ts";
import { openRedis } from "./opened.ts";
import { describeEngines, type RedisServer } from "./redis-server.ts";

describeEngines("a connection that breaks", (program) => {
  let server: RedisServer;
  let proxy: CuttingProxy;
  let store: SharedLogStore;
  beforeEach(async () => {
    server = await program.started();
    proxy = await CuttingProxy.listening(join(server.directory, "proxy.sock"), server.path);
    store = await openRedis(`unix://${proxy.path}`);
    await appended(store, "a", "first");
  });
  afterEach(async () => {
    await store.close();
    proxy.close();
    await server.remove();
  });

  const entries = async () => (await store.read("a", 0, 1_000)).map(({ entry }) => entry);

  it("at any byte, there and back, leaves each entry there once, and its position told", async () => {
    // 300 bytes are more than what an append sends, and 30 more than what comes back for it.
    const cuts: Cut[] = [];
    for (let at = 0; at <= 300; at += 11) cuts.push({ afterSent: at });
    for (let at = 0; at <= 30; at += 3) cuts.push({ afterReceived: at });
    for (const [i, cut] of cuts.entries()) {
      proxy.cuts.push(cut);
      expect(await insisting("a", `entry ${i}`)).toBe(i + 2);
      proxy.cuts.length = 0;
    }
    expect(proxy.count).toBeGreaterThan(30);
    expect(await entries()).toEqual(["first", ...cuts.map((_, i) => `entry ${i}`)]);
  });

  it("with an append that gets to the engine after the same one was sent again leaves it there once", async () => {
    let release: () => void = () => undefined;
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    proxy.cuts.push({ afterSent: 1, until });
    expect(await appended(store, "a", "late")).toBe(2);
    expect(await appended(store, "a", "next")).toBe(3);
    release();
    // What came late is behind this, on a connection of its own, as soon as the engine looks at it.
    for (let i = 0; i < 20; i++) await store.read("a", 0, 1);
    expect(await entries()).toEqual(["first", "late", "next"]);
  });

  it("refuses what was not sent yet, and takes more when it is back", async () => {
    proxy.cuts.push({ afterReceived: 1 });
    const told: string[] = [];
    const tell = (entry: string) =>
      appended(store, "a", entry).then(
        () => told.push(entry),
        (error: Error) => told.push(`${entry}: ${error.message}`),
      );
    const inDoubt = tell("in doubt");
    await new Promise(setImmediate);
    const behind = tell("behind");
    await Promise.all([inDoubt, behind]);
    expect(told).toEqual(["behind: the engine cannot be reached", "in doubt"]);
    expect(await insisting("a", "more")).toBe(3);
    expect(await entries()).toEqual(["first", "in doubt", "more"]);
  });

  /** As clients do who are told to come again. */
  async function insisting(log: string, entry: string): Promise<number> {
    for (;;) {
      try {
        return await appended(store, log, entry);
      } catch (error) {
        if (!(error instanceof Error) || error.name !== "StoreError") throw error;
        await store.read(log, 0, 1);
      }
    }
  }
});
