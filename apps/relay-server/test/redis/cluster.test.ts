import { storeContractFor } from "@countersign/relay/store-contract";
import { createClient, type RedisClientType } from "@redis/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Keys } from "../../src/store/redis/keys.ts";
import { openRedis } from "./opened.ts";
import { freePort, RedisServer, redisProgram, SYNCED } from "./redis-server.ts";

const WHERE = `a store in a cluster${redisProgram ? "" : " (needs redis-server, which is not installed)"}`;
const SLOTS = 16_384;

describe.skipIf(redisProgram === undefined)(WHERE, () => {
  const servers: RedisServer[] = [];
  const clients: RedisClientType[] = [];
  let url: string;
  let prefixes = 0;
  beforeAll(async () => {
    const ports = [await freePort(), await freePort(), await freePort()];
    for (const port of ports) {
      const cluster = [
        "--cluster-enabled",
        "yes",
        "--cluster-node-timeout",
        "5000",
        "--cluster-port",
        String(await freePort()),
      ];
      servers.push(await RedisServer.started([...SYNCED, "--port", String(port), "--bind", "127.0.0.1", ...cluster]));
    }
    url = `redis://127.0.0.1:${ports[0]}`;
    for (const { url } of servers) clients.push((await createClient({ url }).connect()) as RedisClientType);
    const [first] = clients;
    for (const [i, client] of clients.entries()) {
      const [from, to] = [i, i + 1].map((n) => Math.floor((n * SLOTS) / clients.length));
      await client.sendCommand(["CLUSTER", "ADDSLOTSRANGE", String(from), String((to ?? 0) - 1)]);
      await client.sendCommand(["CLUSTER", "SET-CONFIG-EPOCH", String(i + 1)]);
      const bus = (await client.sendCommand(["CONFIG", "GET", "cluster-port"])) as unknown as Record<string, string>;
      await first?.sendCommand(["CLUSTER", "MEET", "127.0.0.1", String(ports[i]), String(bus["cluster-port"])]);
    }
    for (const client of clients) {
      while (!String(await client.sendCommand(["CLUSTER", "INFO"])).includes("cluster_state:ok"))
        await new Promise(setImmediate);
    }
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    for (const server of servers) await server.remove();
  });

  it("has all keys of one log in one slot, and those of several logs in several", async () => {
    const keys = new Keys("test");
    const slotOf = (key: string) => clients[0]?.sendCommand(["CLUSTER", "KEYSLOT", key]);
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
      await expect(run({ open: () => openRedis(url, { prefix }) })).resolves.toBeUndefined();
    });
  }
});
