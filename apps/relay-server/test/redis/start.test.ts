import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { appended } from "@countersign/relay";
import { createClient } from "@redis/client";
import { afterEach, expect, it } from "vitest";
import { placesOf } from "../installed.ts";
import { type Opening, openRedis } from "./opened.ts";
import { describeEngines, type EngineProgram, freePort, hasCommand, type RedisServer, SYNCED } from "./redis-server.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const [openssl] = placesOf("openssl");

function describeStart(program: EngineProgram): void {
  const servers: RedisServer[] = [];
  const started = async (args: readonly string[]) => {
    const server = await program.started(args);
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.remove();
  });

  it.each([
    [[], "always", "keeps no append-only file (appendonly no), and always wants one"],
    [["--appendonly", "yes"], "always", "has appendfsync everysec, and always wants always"],
    [
      ["--appendonly", "yes", "--appendfsync", "no"],
      "everysec",
      "has appendfsync no, and everysec wants always or everysec",
    ],
    [
      [...SYNCED, "--no-appendfsync-on-rewrite", "yes"],
      "always",
      "has no-appendfsync-on-rewrite yes, and always wants no",
    ],
    [SYNCED, "replicas=1", "has 0 replicas, and replicas=1 wants 1"],
    [SYNCED, "synced=2", "has 0 replicas, and synced=2 wants 2"],
    [
      [...SYNCED, "--maxmemory", "1gb", "--maxmemory-policy", "volatile-ttl"],
      "always",
      "drops keys when its memory is full (maxmemory-policy volatile-ttl): set noeviction",
    ],
  ])("with %j refuses %s: it %s", async (args, durability, reason) => {
    const { url } = await started(args);
    await expect(openRedis(url, { durability })).rejects.toThrow(`the store ${reason}`);
  });

  it("refuses WAITAOF of an engine that has none, and takes it of one that does", async () => {
    const { url } = await started(SYNCED);
    const has = await hasCommand(url, "WAITAOF");
    const opening = openRedis(url, { durability: "synced=0" });
    if (!has) return expect(opening).rejects.toThrow("synced=0 wants an engine with WAITAOF (Redis 7.2, Valkey)");
    const store = await opening;
    expect(await appended(store, "a", "x")).toBe(1);
    return store.close();
  });

  it("is satisfied with everysec by an engine that does, or does more", async () => {
    for (const args of [SYNCED, ["--appendonly", "yes"]]) {
      const { url } = await started(args);
      await (await openRedis(url, { durability: "everysec" })).close();
    }
  });

  it("does what the README lets its user do, and says what is missing where that is less", async () => {
    const [rule = ""] = /^ACL SETUSER relay .+$/m.exec(readme) ?? [];
    const server = await started(SYNCED);
    const admin = await createClient({ url: server.url }).connect();
    await admin.sendCommand(rule.replace("countersign", "test").replace("&countersign", "&test").split(" "));
    const file = join(server.directory, "password");
    writeFileSync(file, "PASSWORD\n");
    const url = server.url.replace("unix://", "unix://relay@");
    for (const access of [{ password: "PASSWORD" }, { passwordFile: file }] satisfies Opening[]) {
      const [one, other] = [await openRedis(url, access), await openRedis(url, access)];
      const heard = new Promise((resolve) => other.subscribe((_log, { entry }) => resolve(entry)));
      other.follow("a", 0, () => undefined);
      await appended(one, "a", "x");
      expect(await heard).toBe("x");
      await other.caughtUp("a");
      await one.trim("a", Number.POSITIVE_INFINITY);
      expect(await one.scan(() => undefined)).toEqual(new Set());
      await one.facts.say("t", "k", { value: "v", life: 60_000 });
      await one.facts.retract("t", "k", "v");
      expect(await other.facts.all("t")).toEqual(new Map());
      await one.close();
      await other.close();
    }
    await expect(openRedis(url, { password: "wrong" })).rejects.toThrow("the store cannot be reached: WRONGPASS");
    await admin.sendCommand(["ACL", "SETUSER", "relay", "-config|get"]);
    await expect(openRedis(url, { password: "PASSWORD" })).rejects.toThrow(
      "the store does not say how it syncs (NOPERM for CONFIG GET appendfsync): allow +config|get, or use synced=0",
    );
    admin.destroy();
  });

  it("speaks TLS with an engine whose certificate it can check, and with no other", async () => {
    const server = program.server();
    servers.push(server);
    const [cert, key, port] = [join(server.directory, "cert"), join(server.directory, "key"), await freePort()];
    const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    const files = ["-keyout", key, "-out", cert];
    execFileSync(
      openssl ?? "",
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", ...subject, ...files],
      {
        stdio: "ignore",
      },
    );
    const tls = [
      "--tls-port",
      String(port),
      "--tls-cert-file",
      cert,
      "--tls-key-file",
      key,
      "--tls-auth-clients",
      "no",
      "--port",
      "0",
    ];
    const { directory } = await started([...SYNCED, ...tls]);
    const url = `rediss://127.0.0.1:${port}`;
    const store = await openRedis(url, { ca: cert });
    expect(await appended(store, "a", "x")).toBe(1);
    await store.close();
    await expect(openRedis(url)).rejects.toThrow("the store cannot be reached: self-signed certificate");
    await expect(openRedis(url, { ca: join(directory, "none") })).rejects.toThrow("cannot read a file of the store");
  });

  it("says so where nobody is", async () => {
    await expect(openRedis("unix:///nowhere/redis.sock")).rejects.toThrow(
      "the store cannot be reached: connect ENOENT",
    );
  });
}

describeEngines("the store at its start", describeStart, { needs: ["openssl"] });
