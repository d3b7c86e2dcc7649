import { appended } from "@countersign/relay";
import { createClient } from "@redis/client";
import { afterEach, expect, it, vi } from "vitest";
import { silentMeter } from "../../src/observe/meter.ts";
import { openRedis } from "./opened.ts";
import { describeEngines, freePort, hasCommand, type RedisServer, SYNCED } from "./redis-server.ts";

describeEngines("an engine with a replica", (program) => {
  let master: RedisServer;
  let replica: RedisServer;
  const start = async ({ own = [], its = [] }: { own?: readonly string[]; its?: readonly string[] } = {}) => {
    const port = String(await freePort());
    master = await program.started(["--port", port, "--repl-diskless-sync-delay", "0", ...own]);
    replica = await program.started(["--replicaof", "127.0.0.1", port, ...its]);
    const client = await createClient({ url: master.url }).connect();
    const isOnline = async () => String(await client.info("replication")).includes("state=online");
    await vi.waitUntil(isOnline, { timeout: 20_000, interval: 20 });
    client.destroy();
  };
  afterEach(async () => {
    replica?.child.kill("SIGCONT");
    await replica?.remove();
    await master?.remove();
  });

  /** An engine from before WAITAOF is told at the start, whatever its replica keeps. */
  const isRefused = () =>
    expect(openRedis(master.url, { durability: "synced=1" })).rejects.toThrow(
      "synced=1 wants an engine with WAITAOF (Redis 7.2, Valkey)",
    );

  it.for([
    { durability: "replicas=1", command: "WAIT", file: [] },
    { durability: "synced=1", command: "WAITAOF", file: SYNCED },
  ])("acknowledges with $durability what the replica has, and nothing while it does not answer", async (mode) => {
    await start({ own: mode.file, its: mode.file });
    if (!(await hasCommand(master.url, mode.command))) return isRefused();
    const states: string[] = [];
    const meter = { ...silentMeter, committed: () => states.push("works"), storeFailed: () => states.push("failed") };
    const store = await openRedis(master.url, { durability: mode.durability, meter });
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

  it("that keeps no file is found out at the start by who wants it to", async () => {
    await start({ own: SYNCED });
    if (!(await hasCommand(master.url, "WAITAOF"))) return isRefused();
    await expect(openRedis(master.url, { durability: "synced=1" })).rejects.toThrow(
      "the store does not say in time that what is written is as durable as synced=1 wants it: are its replicas there, and do they keep an append-only file?",
    );
  });

  it("is not written to where it is the replica", async () => {
    await start();
    await expect(openRedis(replica.url, { durability: "replicas=1" })).rejects.toThrow(
      "the store is a replica: nothing can be written there",
    );
  });
});
