import { storeContractFor } from "@countersign/relay/store-contract";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Keys } from "../../src/store/redis/keys.ts";
import { openRedis } from "./opened.ts";
import { RedisCluster } from "./redis-cluster.ts";
import { describeEngines } from "./redis-server.ts";

describeEngines("a store in a cluster", (program) => {
  let cluster: RedisCluster;
  let prefixes = 0;
  beforeAll(async () => {
    cluster = await RedisCluster.started(program);
  });
  afterAll(() => cluster?.remove());

  it("has all keys of one log in one slot, and those of several logs in several", async () => {
    const keys = new Keys("test");
    const slotOf = (key: string) => cluster.ask("CLUSTER", "KEYSLOT", key);
    const slots = new Set<unknown>();
    for (const log of ["registry", "group/1", "group/2", "a{b}c", "}{"]) {
      const found = [...keys.ofLog(log), keys.channelOf(log)].map(slotOf);
      expect(new Set(await Promise.all(found)).size).toBe(1);
      slots.add(await found[0]);
      expect(keys.logOfHead(keys.ofLog(log)[1])).toBe(log);
    }
    expect(slots.size).toBe(5);
  });

  for (const { name, run } of storeContractFor("shared", "disk")) {
    it(name, async () => {
      const prefix = `contract${prefixes++}`;
      await expect(run({ open: () => openRedis(cluster.url, { prefix }) })).resolves.toBeUndefined();
    });
  }
});
