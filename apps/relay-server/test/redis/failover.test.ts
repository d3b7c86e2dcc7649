import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { groupLog } from "../../src/core/group-host.ts";
import { Keys } from "../../src/store/redis/keys.ts";
import { Client, secret, text, uuid } from "../client.ts";
import { meet } from "../nodes/meeting.ts";
import { RelayProcess } from "../relay-process.ts";
import { isMaster, RedisCluster } from "./redis-cluster.ts";
import { describeEngines } from "./redis-server.ts";

const WAIT = { timeout: 30_000, interval: 100 };

describeEngines("a cluster of which a master dies", (program) => {
  let cluster: RedisCluster;
  const nodes: (RelayProcess & { readonly url: string })[] = [];
  const start = async () => {
    const limits = ["--messages-per-second", "100000", "--address-messages-per-second", "100000"];
    const store = ["--store", cluster.url, "--store-durability", "replicas=1"];
    const node = await RelayProcess.serving(["--listen", "127.0.0.1:0", ...store, ...limits]);
    nodes.push(node);
    return node;
  };
  beforeEach(async () => {
    cluster = await RedisCluster.started(program, { replicas: 1, timeout: 2_000 });
    await Promise.all([start(), start()]);
  });
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.kill("SIGKILL")));
    await cluster?.remove();
  });

  it("has with replicas=1 everything that was acknowledged, and members go on when the replica has one itself", async () => {
    const meeting = await meet({ parties: 4, urls: () => nodes.map(({ url }) => url) });
    await meeting.goesOn(100);
    const [master, replica] = await cluster.holdersOf(new Keys("countersign").channelOf(groupLog(uuid(1))));
    if (master === undefined || replica === undefined) throw new Error("nobody has the group");
    await master.kill();
    await vi.waitUntil(() => isMaster(replica), WAIT);
    // It keeps what it has for itself alone, so nothing can be promised.
    const ready = async () => (await fetch(`${nodes[0]?.url.replace("ws", "http")}/readyz`)).status;
    expect(await ready()).toBe(503);
    await master.start();
    await meeting.goesOn(100);
    await vi.waitUntil(async () => (await ready()) === 200, WAIT);
    await meeting.end();
    expect(await isMaster(master)).toBe(false);

    // Somebody at a node that has heard nothing yet gets all of it from the one that took over.
    const late = await Client.connect((await start()).url);
    await late.call("Session.resume", { session: uuid(2), token: secret(101), after: 0 });
    const own = meeting.members[0]?.answered.size ?? 0;
    await late.until(() => late.bodies().length === meeting.answered - own);
    expect(late.bodies().map(text)).toEqual(meeting.members[0]?.got.map(({ said }) => said));
    await late.close();
  });
});
