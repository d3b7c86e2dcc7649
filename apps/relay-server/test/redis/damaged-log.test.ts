import { appended, type SharedLogStore, SharedMemory } from "@countersign/relay";
import { createClient, type RedisClientType } from "@redis/client";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { Keys } from "../../src/store/redis/keys.ts";
import { openRedis } from "./opened.ts";
import { describeEngines, type RedisServer } from "./redis-server.ts";

const DAY = 24 * 3_600_000;

describeEngines("a log in an engine", (program) => {
  let server: RedisServer;
  let client: RedisClientType;
  let prefixes = 0;
  let prefix: string;
  let store: SharedLogStore;
  beforeAll(async () => {
    server = await program.started();
    client = (await createClient({ url: server.url }).connect()) as RedisClientType;
  });
  afterAll(async () => {
    client.destroy();
    await store.close();
    await server.remove();
  });
  beforeEach(async () => {
    if (prefixes > 0) await store.close();
    prefix = `damage${prefixes++}`;
    store = await openRedis(server.url, { prefix });
    for (const log of ["a", "b"]) for (let i = 1; i <= 9; i++) await appended(store, log, `e${i}`);
    await store.trim("a", 6, [2, 3]);
  });

  const keys = () => new Keys(prefix).ofLog("a");
  const changes: Readonly<Record<string, () => Promise<unknown>>> = {
    "lacks a record": () => client.xDel(keys()[0], "7-0"),
    "lacks one that was kept": () => client.xDel(keys()[0], "3-0"),
    "lacks its newest record": () => client.xDel(keys()[0], "9-0"),
    "was deleted": () => client.del(keys()[0]),
    "has lost its count": () => client.del(keys()[1]),
    "has a record too many": () => client.xAdd(keys()[0], "9-1", { e: "0 x" }),
    "was put back to an earlier state": () => client.hSet(keys()[1], { last: 8 }),
  };

  it.each(Object.keys(changes))("that %s is not read, and hurts no other", async (name) => {
    await changes[name]?.();
    await expect(store.read("a", 0, 100)).rejects.toMatchObject({ name: "DamagedLogError" });
    expect((await store.read("b", 0, 100)).length).toBe(9);
    const lost = new Promise<Error>((resolve) => store.follow("a", 0, resolve));
    expect((await lost).name).toBe("DamagedLogError");
  });

  it("whose newest records are gone is told to who has heard them", async () => {
    const heard = new Promise<void>((resolve) => {
      store.subscribe((_log, { position }) => position === 9 && resolve());
    });
    const lost = new Promise<Error>((resolve) => store.follow("a", 0, resolve));
    await heard;
    await client.xDel(keys()[0], "9-0");
    await client.hSet(keys()[1], { last: 8 });
    expect((await lost).name).toBe("DamagedLogError");
  });

  it("gives no position a second time, and others in the same call are appended", async () => {
    await client.del(keys()[1]);
    const [one, other] = [appended(store, "a", "again"), appended(store, "b", "e10")];
    await expect(one).rejects.toMatchObject({ name: "DamagedLogError" });
    expect(await other).toBe(10);
  });

  it("goes with all its keys when nobody comes back for it", async () => {
    for (const key of keys()) {
      const life = await client.pTTL(key);
      expect([life > 7 * DAY, life <= 8 * DAY]).toEqual([true, true]);
    }
    await client.pExpire(keys()[1], DAY);
    await appended(store, "a", "e10");
    for (const key of keys()) expect(await client.pTTL(key)).toBeGreaterThan(7 * DAY);
  });

  it("has after any appends and trims what one in memory has", async () => {
    const position = fc.integer({ min: 0, max: 40 });
    const operation = fc.oneof(
      fc.record({ append: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ before: fc.option(position, { nil: Number.POSITIVE_INFINITY }), keep: fc.array(position) }),
    );
    let logs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (operations) => {
        const log = `model${logs++}`;
        const model = new SharedMemory({ now: () => 0 }).open();
        for (const one of operations) {
          for (const each of [store, model]) {
            if ("append" in one)
              await Promise.all(Array.from({ length: one.append }, (_, i) => appended(each, log, `${i}`)));
            else await each.trim(log, one.before, one.keep);
          }
          expect(await store.read(log, 0, 1_000)).toEqual(await model.read(log, 0, 1_000));
          expect(await store.read(log, 7, 3)).toEqual(await model.read(log, 7, 3));
        }
      }),
      { numRuns: 40 },
    );
  });
});
