import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { daemonConfig } from "../../src/daemon/config/daemon-config.ts";
import { readCommandLine } from "../../src/daemon/config/read-arguments.ts";
import { Settings } from "../../src/daemon/config/settings.ts";
import { createCookieFile } from "../../src/daemon/http/cookie-file.ts";
import { startDaemon } from "../../src/daemon/start-daemon.ts";
import { http } from "./http.ts";
import { ManualClock } from "./manual-clock.ts";
import { folder, KeptLog, serving } from "./serving.ts";

const probe = createServer();
const hasIpv6 = await new Promise<boolean>((resolve) => {
  probe.on("error", () => resolve(false)).listen(0, "::1", () => resolve(true));
});
probe.close();

const call = (method: string) => JSON.stringify({ jsonrpc: "2.0", id: 1, method });

async function start(datadir: string, ...args: readonly string[]) {
  const { given } = readCommandLine([`-datadir=${datadir}`, ...args], "daemon");
  const config = daemonConfig(await Settings.read(given, {}), {});
  return startDaemon(config, { clock: new ManualClock(), log: new KeptLog() });
}

describe("the cookie file", () => {
  it("is for its user only, new at every start, and gone with the daemon", async () => {
    const datadir = folder();
    const path = join(datadir, ".cookie");
    const cookies = new Set<string>();
    for (let count = 0; count < 2; count++) {
      const daemon = await start(datadir, "-rpcport=0");
      cookies.add(readFileSync(path, "utf8"));
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readdirSync(datadir).sort()).toEqual([".cookie", ".lock"]);
      await daemon.stop();
      expect(existsSync(path)).toBe(false);
    }
    expect(cookies.size).toBe(2);
    for (const cookie of cookies) expect(cookie).toMatch(/^__cookie__:[0-9a-f]{64}$/);
  });

  it("has the mode that it was given, and is where it was put", async () => {
    const datadir = folder();
    const daemon = await start(datadir, "-rpcport=0", "-rpccookiefile=run/secret", "-rpccookieperms=group");
    expect(statSync(join(datadir, "run/secret")).mode & 0o777).toBe(0o640);
    await daemon.stop();
  });

  it("is not written through what lies in its way", () => {
    const path = join(folder(), ".cookie");
    const other = join(folder(), "other");
    writeFileSync(other, "untouched");
    symlinkSync(other, path);
    symlinkSync(other, `${path}.tmp`);
    const { content } = createCookieFile({ path, mode: 0o600 });
    expect([readFileSync(other, "utf8"), readFileSync(path, "utf8")]).toEqual(["untouched", content]);
  });

  it("that cannot be written keeps the daemon from starting", async () => {
    const datadir = folder();
    writeFileSync(join(datadir, "file"), "");
    await expect(start(datadir, "-rpcport=0", "-rpccookiefile=file/cookie")).rejects.toThrow(
      /^cannot write the cookie file/,
    );
    await (await start(datadir, "-rpcport=0")).stop();
  });
});

describe("a datadir", () => {
  it("is made for its user only", async () => {
    const datadir = join(folder(), "a", "b");
    const daemon = await start(datadir, "-rpcport=0");
    expect(statSync(datadir).mode & 0o777).toBe(0o700);
    await daemon.stop();
  });

  it("is for one daemon at a time", async () => {
    const { datadir, daemon, cookie } = await serving();
    const before = cookie();
    await expect(start(datadir, "-rpcport=0")).rejects.toThrow(
      `the datadir ${datadir} is used by another countersign daemon`,
    );
    expect(cookie()).toBe(before);
    await daemon.stop();
    await (await start(datadir, "-rpcport=0")).stop();
  });

  it("that cannot be written to keeps the daemon from starting", async () => {
    const file = join(folder(), "file");
    writeFileSync(file, "");
    await expect(start(join(file, "datadir"), "-rpcport=0")).rejects.toThrow(/^cannot write to the datadir/);
  });
});

describe("a port", () => {
  it("that is taken keeps the daemon from starting, and leaves nothing behind", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const datadir = folder();
    await expect(start(datadir, `-rpcport=${port}`)).rejects.toThrow(
      `cannot listen on 127.0.0.1, port ${port}: another program does already; -rpcport=N takes another port`,
    );
    expect(readdirSync(datadir)).toEqual([".lock"]);
    await new Promise((resolve) => other.close(resolve));
    await (await start(datadir, "-rpcport=0")).stop();
  });

  it.skipIf(!hasIpv6)(
    "is served on both loopback addresses (needs IPv6, which this machine does not have)",
    async () => {
      const { daemon, cookie } = await serving();
      const { status } = await http(`http://[::1]:${daemon.port}/`, { user: cookie(), body: call("uptime") });
      expect(status).toBe(200);
    },
  );

  it.skipIf(!hasIpv6)("is not served on one of them alone (needs IPv6, which this machine does not have)", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "::1", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(start(folder(), `-rpcport=${port}`)).rejects.toThrow(
      `cannot listen on ::1, port ${port}: another program`,
    );
    await expect(http(`http://127.0.0.1:${port}/`, {})).rejects.toThrow("ECONNREFUSED");
    await new Promise((resolve) => other.close(resolve));
  });

  it("is served where it was bound", async () => {
    const { url, send } = await serving("-rpcbind=127.0.0.2", "-rpcallowip=127.0.0.1");
    expect(url).toMatch(/^http:\/\/127\.0\.0\.2:/);
    expect((await send({ body: call("uptime") })).status).toBe(200);
  });
});

describe("stop", () => {
  it("is answered, ends the connection, and then the daemon", async () => {
    const { send, daemon, url, datadir, log } = await serving();
    const { text, headers } = await send({ body: call("stop") });
    expect([JSON.parse(text).result, headers.connection]).toEqual(["Countersign stopping", "close"]);
    await daemon.ended;
    await expect(http(url, { body: call("uptime") })).rejects.toThrow("ECONNREFUSED");
    expect(readdirSync(datadir)).toEqual([".lock"]);
    expect(log.lines.slice(-2)).toEqual(["info stopping {}", "info stopped {}"]);
  });

  it("ends connections that clients would have kept", async () => {
    const { url, cookie } = await serving();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const body = call("stop");
    const head = `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${btoa(cookie())}\r\nContent-Length: ${body.length}`;
    socket.write(`${head}\r\n\r\n${body}`);
    let said = "";
    for await (const part of socket) said += part;
    expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: close\r\n/);
  });

  it("is the last of a batch that is carried out", async () => {
    const { send } = await serving();
    const { text } = await send({ body: `[${call("stop")},${call("uptime")}]` });
    expect(JSON.parse(text)).toMatchObject([
      { result: "Countersign stopping" },
      { error: { code: -9, message: "Shutting down" } },
    ]);
  });

  it("does not wait for connections on which nothing happens, and for others only so long", async () => {
    const { url, daemon, clock } = await serving();
    const { hostname, port } = new URL(url);
    const half = connect(Number(port), hostname);
    half.on("error", () => undefined);
    await new Promise((resolve) => half.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n", resolve));
    const stopped = daemon.stop();
    clock.pass(10_000);
    await stopped;
    expect(clock.due).toEqual([]);
  });

  it("may be said twice", async () => {
    const { daemon } = await serving();
    await Promise.all([daemon.stop(), daemon.stop()]);
    await expect(daemon.stop()).resolves.toBeUndefined();
  });
});
