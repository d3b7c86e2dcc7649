import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { freePort } from "../redis/redis-server.ts";
import { CaddyProcess, caddy, caddyEnvironment, placeOf } from "./caddy-process.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.skipIf(caddy === undefined).each(["Caddyfile", "Caddyfile-nodes"])("the %s (needs caddy)", (name) => {
  const caddyfile = placeOf(name);
  const run = (...args: readonly string[]) =>
    spawnSync(caddy ?? "", args, { encoding: "utf8", env: caddyEnvironment(directory, { RELAY_SITE: "relay.test" }) });

  it("is valid, well formatted, and takes the name of the site from the environment", () => {
    expect(run("fmt", caddyfile).stdout).toBe(readFileSync(caddyfile, "utf8"));
    const { status, stderr } = run("validate", "--config", caddyfile, "--adapter", "caddyfile");
    expect([status, stderr]).toEqual([0, expect.not.stringMatching(/"level":"(warn|error)"/)]);
    expect(run("adapt", "--config", caddyfile, "--adapter", "caddyfile").stdout).toContain('"relay.test"');
  });
});

describe.skipIf(caddy === undefined)("a relay behind Caddy (needs caddy)", () => {
  let relay: RunningRelay;
  let proxy: CaddyProcess;
  let tls: { readonly ca: Buffer; readonly port: number; readonly family: 4; readonly host: "localhost" };

  beforeAll(async () => {
    relay = await startRelay({ trustProxy: 1, limits: { connectionsPerAddress: 1 } });
    const port = await freePort();
    proxy = await CaddyProcess.started({
      directory,
      caddyfile: "Caddyfile",
      environment: { RELAY_SITE: `https://localhost:${port}`, RELAY_UPSTREAM: new URL(relay.url).host },
      ready: ["certificate obtained successfully", "serving initial configuration"],
    });
    const ca = readFileSync(join(directory, "caddy/pki/authorities/local/root.crt"));
    tls = { ca, port, family: 4, host: "localhost" };
  });
  afterAll(async () => {
    await proxy?.end();
    await relay?.close();
  });

  /** A client that connects from this address of the machine's own, and the status that it is answered. */
  async function connect(localAddress: string, headers = {}) {
    const url = `wss://localhost:${tls.port}/v1`;
    const client = new WebSocket(url, "countersign.v1", { ...tls, localAddress, headers });
    const status = await new Promise<number>((resolve, reject) => {
      client.once("open", () => resolve(101));
      client.once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
      client.once("error", reject);
    });
    client.on("error", () => undefined);
    if (status !== 101) client.terminate();
    return { status, client };
  }

  const statusOf = (path: string) =>
    new Promise<number>((resolve, reject) => {
      get({ ...tls, path, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      }).once("error", reject);
    });

  it("serves clients over TLS, and tells them apart by their addresses, whatever they say of themselves", async () => {
    const first = await connect("127.0.0.2");
    first.client.send('{"jsonrpc":"2.0","id":1,"method":"Relay.info"}');
    const [text] = await once(first.client, "message");
    expect(JSON.parse(String(text)).result.dialects).toContain("countersign.v1");
    expect((await connect("127.0.0.2")).status).toBe(429);
    expect((await connect("127.0.0.2", { "X-Forwarded-For": "192.0.2.1" })).status).toBe(429);
    const other = await connect("127.0.0.3");
    expect([first.status, other.status]).toEqual([101, 101]);
    for (const { client } of [first, other]) {
      const closed = once(client, "close");
      client.close();
      await closed;
    }
  });

  it("says to everybody that it is well, and to nobody what it has measured", async () => {
    expect(await statusOf("/healthz")).toBe(200);
    expect(await statusOf("/metrics")).toBe(404);
  });
});
