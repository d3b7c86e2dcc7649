import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { placesOf } from "../installed.ts";

const placeOf = (name: string) => fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url));
const caddyfile = placeOf("Caddyfile");
const caddy = placesOf("caddy")[0];

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Of the machine Caddy gets to see nothing but its programs. */
const environment = (more: NodeJS.ProcessEnv) => ({
  PATH: process.env["PATH"],
  HOME: directory,
  XDG_DATA_HOME: directory,
  XDG_CONFIG_HOME: directory,
  ...more,
});

describe.skipIf(caddy === undefined).each(["Caddyfile", "Caddyfile-nodes"])("the %s (needs caddy)", (name) => {
  const caddyfile = placeOf(name);
  const run = (...args: readonly string[]) =>
    spawnSync(caddy ?? "", args, { encoding: "utf8", env: environment({ RELAY_SITE: "relay.test" }) });

  it("is valid, well formatted, and takes the name of the site from the environment", () => {
    expect(run("fmt", caddyfile).stdout).toBe(readFileSync(caddyfile, "utf8"));
    const { status, stderr } = run("validate", "--config", caddyfile, "--adapter", "caddyfile");
    expect([status, stderr]).toEqual([0, expect.not.stringMatching(/"level":"(warn|error)"/)]);
    expect(run("adapt", "--config", caddyfile, "--adapter", "caddyfile").stdout).toContain('"relay.test"');
  });
});

describe.skipIf(caddy === undefined)("a relay behind Caddy (needs caddy)", () => {
  let relay: RunningRelay;
  let child: ChildProcess;
  let tls: { readonly ca: Buffer; readonly port: number; readonly family: 4; readonly host: "localhost" };

  beforeAll(async () => {
    relay = await startRelay({ trustProxy: 1, limits: { connectionsPerAddress: 1 } });
    const port = await freePort();
    // The Caddyfile as it is, with a certificate of Caddy's own and no port but this one.
    const around = join(directory, "Caddyfile");
    const options = ["admin off", "local_certs", "skip_install_trust", "auto_https disable_redirects"];
    writeFileSync(around, `{\n${options.join("\n")}\n}\nimport ${caddyfile}\n`);
    child = spawn(caddy ?? "", ["run", "--config", around, "--adapter", "caddyfile"], {
      env: environment({ RELAY_SITE: `https://localhost:${port}`, RELAY_UPSTREAM: new URL(relay.url).host }),
      stdio: ["ignore", "ignore", "pipe"],
    });
    await lines(child, ["certificate obtained successfully", "serving initial configuration"]);
    const ca = readFileSync(join(directory, "caddy/pki/authorities/local/root.crt"));
    tls = { ca, port, family: 4, host: "localhost" };
  });
  afterAll(async () => {
    if (child !== undefined) {
      const closed = once(child, "close");
      child.kill("SIGTERM");
      await closed;
    }
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

/** Waits until the program has said all of this on stderr. */
async function lines(child: ChildProcess, wanted: readonly string[]): Promise<void> {
  const stderr = child.stderr as NonNullable<typeof child.stderr>;
  const missing = new Set(wanted);
  const said: string[] = [];
  for await (const line of createInterface({ input: stderr })) {
    said.push(line);
    for (const text of missing) if (line.includes(text)) missing.delete(text);
    if (missing.size === 0) return void stderr.resume();
  }
  throw new Error(`it ended:\n${said.join("\n")}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
