import { appended } from "@countersign/relay";
import { createClient } from "@redis/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentMeter } from "../../src/observe/meter.ts";
import { openRedis } from "./opened.ts";
import { freePort, RedisServer, redisProgram } from "./redis-server.ts";

const WHERE = `an engine with a replica${redisProgram ? "" : " (needs redis-server, which is not installed)"}`;

describe.skipIf(redisProgram === undefined)(WHERE, () => {
  let master: RedisServer;
  let replica: RedisServer;
  beforeEach(async () => {
    const port = String(await freePort());
    master = await RedisServer.started(["--port", port, "--repl-diskless-sync-delay", "0"]);
    replica = await RedisServer.started(["--replicaof", "127.0.0.1", port]);
    const client = await createClient({ url: replica.url }).connect();
    while (!String(await client.info("replication")).includes("master_link_status:up"));
    client.destroy();
  });
  afterEach(async () => {
    replica.child.kill("SIGCONT");
    await replica.remove();
    await master.remove();
  });

  it("acknowledges what the replica has, and nothing while it does not answer", async () => {
    const states: string[] = [];
    const meter = { ...silentMeter, committed: () => states.push("works"), storeFailed: () => states.push("failed") };
    const store = await openRedis(master.url, { durability: "replicas=1", meter });
    expect(await appended(store, "a", "e1")).toBe(1);
    replica.child.kill("SIGSTOP");
    const heard: string[] = [];
    store.subscribe((_log, { entry }) => heard.push(entry));
    const waiting = appended(store, "a", "e2");
    while (!states.includes("failed")) await new Promise(setImmediate);
    expect(heard).toEqual([]);
    await expect(appended(store, "a", "e3")).rejects.toMatchObject({ name: "StoreError" });
    replica.child.kill("SIGCONT");
    expect(await waiting).toBe(2);
    expect(heard).toEqual(["e2"]);
    expect(await appended(store, "a", "e4")).toBe(3);
    await store.close();
    const client = await createClient({ url: replica.url }).connect();
    expect(await client.xLen("test:{log/a}:stream")).toBe(3);
    client.destroy();
  });

  it("is not written to where it is the replica", async () => {
    await expect(openRedis(replica.url, { durability: "replicas=1" })).rejects.toThrow(
      "the store is a replica: nothing can be written there",
    );
  });
});
