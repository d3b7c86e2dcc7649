import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type DaemonConfig, daemonConfig } from "../../src/daemon/config/daemon-config.ts";
import { readCommandLine } from "../../src/daemon/config/read-arguments.ts";
import { Settings } from "../../src/daemon/config/settings.ts";
import { folder } from "./serving.ts";

const hmac = createHmac("sha256", "salt").update("secret").digest("hex");

async function read(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<DaemonConfig> {
  const { given } = readCommandLine(args, "daemon");
  return daemonConfig(await Settings.read(given, environment), environment);
}

/** A datadir with one file in it. */
function withFile(name: string, text: string): string {
  const path = folder();
  writeFileSync(join(path, name), text);
  return path;
}

const ofFile = (name: string, text: string) => read([`-datadir=${withFile(name, text)}`]);

describe("without options", () => {
  it("serves loopback at 8339, with a cookie that its user can read", async () => {
    const config = await read([], { COUNTERSIGN_HOME: "/home/alice/cs" });
    expect(config).toMatchObject({
      datadir: "/home/alice/cs/daemon",
      relay: "ws://127.0.0.1:8765",
      endpoints: [
        { host: "127.0.0.1", port: 8339 },
        { host: "::1", port: 8339 },
      ],
      isLoopbackOnly: true,
      password: undefined,
      cookie: { path: "/home/alice/cs/daemon/.cookie", mode: 0o600 },
      threads: 16,
      queueDepth: 64,
      idleSeconds: 30,
      warnings: [],
    });
  });
});

describe("the command line", () => {
  it("may say that there is no relay, whatever else does", async () => {
    expect((await read(["-norelay"], { COUNTERSIGN_RELAY: "wss://r.example" })).relay).toBeUndefined();
    expect((await ofFile("countersign.conf", "norelay=1\n")).relay).toBeUndefined();
    expect((await read([], { COUNTERSIGN_RELAY: "wss://r.example" })).relay).toBe("wss://r.example");
  });

  it.each(["-", "--"])("takes %s before a name", async (dash) => {
    const datadir = folder();
    expect(
      await read([`${dash}datadir=${datadir}`, `${dash}rpcport=1234`, `${dash}relay=wss://r.example`]),
    ).toMatchObject({
      datadir,
      relay: "wss://r.example",
      endpoints: [{ port: 1234 }, { port: 1234 }],
    });
  });

  it("says it last, and says it before the file does", async () => {
    const datadir = withFile("countersign.conf", "rpcport=1\nrpcthreads=2\nrpcthreads=3\n");
    const config = await read([`-datadir=${datadir}`, "-rpcport=5", "-rpcport=6"]);
    expect([config.endpoints[0]?.port, config.threads]).toEqual([6, 2]);
  });

  it("puts paths below the datadir, or where they are", async () => {
    const cookieOf = async (path: string) => (await read(["-datadir=/d", `-rpccookiefile=${path}`])).cookie?.path;
    expect([await cookieOf("run/c"), await cookieOf("/run/c")]).toEqual(["/d/run/c", "/run/c"]);
  });

  it.each([
    ["owner", 0o600],
    ["group", 0o640],
    ["all", 0o644],
  ])("lets the cookie be read by %s", async (who, mode) => {
    expect((await read(["-datadir=/d", `-rpccookieperms=${who}`])).cookie?.mode).toBe(mode);
  });

  it.each<[bind: string, host: string, port: number]>([
    ["0.0.0.0", "0.0.0.0", 7],
    ["192.0.2.1:99", "192.0.2.1", 99],
    ["::", "::", 7],
    ["[::]", "::", 7],
    ["[fd00::1]:99", "fd00::1", 99],
  ])("binds %s where somebody else is allowed", async (bind, host, port) => {
    const config = await read(["-datadir=/d", "-rpcport=7", "-rpcallowip=10.0.0.0/8", `-rpcbind=${bind}`]);
    expect([config.endpoints, config.isLoopbackOnly]).toEqual([[{ host, port }], false]);
  });

  it.each([["-rpcbind=0.0.0.0"], ["-rpcallowip=0.0.0.0/0"]])(
    "%s alone opens nothing, and is warned of",
    async (option) => {
      const { endpoints, warnings } = await read(["-datadir=/d", option]);
      expect([endpoints.map(({ host }) => host), warnings.length]).toEqual([["127.0.0.1", "::1"], 1]);
    },
  );

  it("has no cookie where it is not wanted", async () => {
    expect((await read(["-datadir=/d", "-norpccookiefile", `-rpcauth=a:salt$${hmac}`])).cookie).toBeUndefined();
    expect((await read(["-datadir=/d", "-rpcuser=a", "-rpcpassword=b"])).cookie).toBeUndefined();
  });
});

describe("the file", () => {
  it("may be like bitcoin.conf", async () => {
    const config = await ofFile(
      "countersign.conf",
      "# mine\n rpcport = 77 # not the usual one\r\n\nrpcuser=alice\nrpcpassword=a=b c\nrpcallowip=10.0.0.1\nrpcallowip=10.0.0.2\nrpcbind=0.0.0.0\n",
    );
    expect(config).toMatchObject({ endpoints: [{ port: 77 }], password: { user: "alice", password: "a=b c" } });
    expect(["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((address) => config.allowed(address))).toEqual([true, true, false]);
  });

  it("may be as the README has it", async () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    const example = /```ini\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
    const config = await ofFile(
      "countersign.conf",
      example.replace("…", "secret").replace("SALT$HASH", `salt$${hmac}`),
    );
    expect(config.password).toEqual({ user: "alice", password: "secret" });
    expect(config.saltedUsers.map(({ user }) => user)).toEqual(["bob"]);
    expect([config.whitelists.of("alice"), config.whitelists.of("bob")?.size]).toEqual([undefined, 2]);
  });

  it("may be TOML", async () => {
    const config = await ofFile(
      "countersign.toml",
      'rpcport = 77\nrpcuser = "alice"\nrpcpassword = "a#b"\nrpcwhitelist = ["alice:help", "alice:help,stop"]\nrpcwhitelistdefault = false\n',
    );
    expect(config).toMatchObject({ endpoints: [{ port: 77 }, {}], password: { user: "alice", password: "a#b" } });
    expect([config.whitelists.of("alice"), config.whitelists.of("bob")]).toEqual([new Set(["help"]), undefined]);
  });

  it("may have another name", async () => {
    const datadir = withFile("other.conf", "rpcport=77\n");
    expect((await read([`-datadir=${datadir}`, "-conf=other.conf"])).endpoints[0]?.port).toBe(77);
    expect((await read([`-datadir=${folder()}`, `-conf=${datadir}/other.conf`])).endpoints[0]?.port).toBe(77);
  });

  it("is not both", async () => {
    const datadir = withFile("countersign.toml", "");
    writeFileSync(join(datadir, "countersign.conf"), "");
    await expect(read([`-datadir=${datadir}`])).rejects.toThrow("are both there; -conf=FILE says which one counts");
  });
});

describe("what cannot be refuses to start", () => {
  it.each<[args: string[], why: string | RegExp]>([
    [["-rpcprot=1"], 'command line: there is no option "rpcprot"'],
    [["-rpcwait"], "command line: rpcwait is no option of the daemon"],
    [["-norpcport"], 'command line: there is no option "norpcport"'],
    [["-Secret$1"], "command line: there is no option of that name"],
    [["-rpcport"], "command line: rpcport wants a value, rpcport=…"],
    [["-rpcport="], "command line: rpcport wants a value, rpcport=…"],
    [["-rpcport=x"], "rpcport is a whole number from 0 to 65535"],
    [["-rpcport=65536"], "rpcport is a whole number from 0 to 65535"],
    [["-rpcthreads=0"], "rpcthreads is a whole number from 1 to 1024"],
    [["-rpcwhitelistdefault=yes"], "command line: rpcwhitelistdefault is 0 or 1"],
    [["-rpcwhitelistdefault=constructor"], "command line: rpcwhitelistdefault is 0 or 1"],
    [["-relay=http://x"], '"http://x" is no relay: its address begins with ws:// or wss://.'],
    [["-rpcallowip=10.0"], /^rpcallowip is an address, or a network/],
    [["-rpcallowip=10.0.0.0/33"], /^rpcallowip is an address, or a network/],
    [["-rpcallowip=10.0.0.0/255.0.255.0"], /^rpcallowip is an address, or a network/],
    [["-rpcallowip=10.0.0.0/ff00::"], /^rpcallowip is an address, or a network/],
    [["-rpcallowip=10.0.0.0/8/8"], /^rpcallowip is an address, or a network/],
    [["-rpcallowip=example.org"], /^rpcallowip is an address, or a network/],
    [["-rpcallowip=::1", "-rpcbind=localhost"], /^rpcbind is ADDRESS or ADDRESS:PORT/],
    [["-rpcallowip=::1", "-rpcbind=0.0.0.0:70000"], /^rpcbind is ADDRESS or ADDRESS:PORT/],
    [["-rpcuser=alice"], "rpcuser wants rpcpassword, too"],
    [["-rpcuser=al:ice", "-rpcpassword=x"], "rpcuser cannot have a colon"],
    [["-rpcauth=alice:hunter2"], "rpcauth is USER:SALT$HMAC, the HMAC-SHA-256 in 64 hex digits"],
    [["-rpcauth=alice:salt$1234"], "rpcauth is USER:SALT$HMAC, the HMAC-SHA-256 in 64 hex digits"],
    [["-rpccookieperms=me"], "rpccookieperms is one of owner, group, all"],
    [["-loglevel=loud"], "loglevel is one of fatal, error, warn, info, debug, silent"],
    [["-norpccookiefile"], /^nobody could call/],
    [["-conf=none.conf"], /cannot read .*none\.conf: ENOENT$/],
  ])("%j", async (args, why) => {
    await expect(read([`-datadir=${folder()}`, ...args])).rejects.toThrow(why);
  });

  it.each<[text: string, why: string]>([
    ["rpcprot=1\n", 'countersign.conf, line 1: there is no option "rpcprot"'],
    ["\nrpcpassword hunter2\n", "countersign.conf, line 2: this is not NAME=VALUE"],
    ["hunter2=rpcpassword\n", "countersign.conf, line 1: there is no option of that name"],
    ["-rpcport=1\n", "countersign.conf, line 1: options stand here without a dash"],
    ["[main]\n", "countersign.conf, line 1: there are no sections"],
    ["datadir=/x\n", "countersign.conf, line 1: datadir is for the command line"],
    [
      "rpcuser=a\nrpcpassword=hunter2#3\n",
      "line 2: a password with # cannot be told from a comment; use TOML, or rpcauth",
    ],
    ["rpcport=hunter2\n", "rpcport is a whole number from 0 to 65535"],
  ])("countersign.conf with %j, and no word of what may be a secret", async (text, why) => {
    const error: Error = await ofFile("countersign.conf", text).then(
      () => new Error("nothing was wrong"),
      (reason) => reason,
    );
    expect(error.message).toContain(why);
    expect(error.message).not.toContain("hunter2");
  });

  it.each<[text: string, why: string]>([
    ["rpcprot = 1\n", 'countersign.toml: there is no option "rpcprot"'],
    ['\nrpcpassword = "hunter2\n', "countersign.toml, line 2: this is no TOML"],
    ["[rpcport]\n", "countersign.toml: rpcport has a value of no use"],
    ["rpcport = 1.5\n", "rpcport is a whole number from 0 to 65535"],
  ])("countersign.toml with %j, and no word of what may be a secret", async (text, why) => {
    const error: Error = await ofFile("countersign.toml", text).then(
      () => new Error("nothing was wrong"),
      (reason) => reason,
    );
    expect(error.message).toContain(why);
    expect(error.message).not.toContain("hunter2");
  });
});
