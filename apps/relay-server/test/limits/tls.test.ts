import { execFileSync } from "node:child_process";
import type { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { placesOf } from "../installed.ts";

const [openssl] = placesOf("openssl");

describe.skipIf(openssl === undefined)("TLS (needs openssl, which is not installed)", () => {
  const directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
  const path = (name: string) => join(directory, name);
  const files = { cert: path("cert.pem"), key: path("key.pem") };
  let relay: RunningRelay;

  function make(name: string): void {
    const request = ["req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "2", "-subj", `/CN=${name}`];
    const names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    const places = ["-keyout", path(`${name}.key`), "-out", path(`${name}.cert`)];
    execFileSync(openssl ?? "", [...request, ...names, ...places], { stdio: "ignore" });
  }

  function use(cert: string, key = cert): void {
    copyFileSync(path(`${cert}.cert`), files.cert);
    copyFileSync(path(`${key}.key`), files.key);
  }

  const portOf = () => Number(new URL(relay.url).port);

  /** The name in the certificate that the relay shows. */
  async function shown(): Promise<string> {
    const socket: TLSSocket = connectTls({ port: portOf(), host: "127.0.0.1", rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const certificate = socket.getPeerX509Certificate() as X509Certificate;
    socket.destroy();
    return certificate.subject;
  }

  const connect = (ca: Buffer) => new WebSocket(`${relay.url}/v1`, "countersign.v1", { ca, rejectUnauthorized: true });

  beforeAll(() => {
    make("first");
    make("second");
  });
  beforeEach(async () => {
    use("first");
    relay = await startRelay({ tls: files });
  });
  afterEach(() => relay.close());
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("is what the relay speaks, under wss", async () => {
    expect(relay.url).toMatch(/^wss:\/\/127\.0\.0\.1:\d+$/);
    const client = connect(readFileSync(path("first.cert")));
    await once(client, "open");
    client.send('{"jsonrpc":"2.0","id":1,"method":"Relay.info"}');
    const [answer] = await once(client, "message");
    expect(JSON.parse(String(answer)).result.dialects).toContain("countersign.v1");
    const closed = once(client, "close");
    client.close();
    await closed;
  });

  it("shows the certificate of its files, and a new one after they were read again; connections stay", async () => {
    const client = connect(readFileSync(path("first.cert")));
    await once(client, "open");
    expect(await shown()).toBe("CN=first");
    use("second");
    expect(await shown()).toBe("CN=first");
    relay.reload();
    expect(await shown()).toBe("CN=second");
    expect(client.readyState).toBe(WebSocket.OPEN);
    client.terminate();
  });

  it("stays as it was if the new files cannot be used", async () => {
    use("second", "first");
    relay.reload();
    expect(await shown()).toBe("CN=first");
    rmSync(files.key);
    relay.reload();
    expect(await shown()).toBe("CN=first");
  });

  it.each<[string, () => void]>([
    ["a certificate and the key of another one", () => use("first", "second")],
    ["no key", () => rmSync(files.key)],
    ["a certificate that is none", () => writeFileSync(files.cert, "nonsense")],
  ])("keeps the relay from starting with %s", async (_, spoil) => {
    spoil();
    await expect(startRelay({ tls: files })).rejects.toThrow(/^cannot use the TLS certificate /);
  });

  it("survives who speaks without it, and who says nothing", async () => {
    for (const bytes of ["GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01", ""]) {
      const socket = connectTcp(portOf(), "127.0.0.1");
      socket.on("error", () => undefined);
      await once(socket, "connect");
      socket.end(bytes);
      await once(socket.resume(), "close");
    }
    expect(await shown()).toBe("CN=first");
  });

  it("does not keep a relay from closing that somebody has begun to speak with", async () => {
    const other = await startRelay({ tls: files });
    const socket = connectTcp(Number(new URL(other.url).port), "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect");
    await other.close();
    await once(socket.resume(), "close");
  });

  it("shows a stalled client by what the system takes from it, as without TLS", async () => {
    const client = connect(readFileSync(path("first.cert")));
    const [{ socket }] = (await once(client, "upgrade")) as [{ socket: TLSSocket }];
    // What the watch over clients reads has to be there for sockets of TLS, too.
    expect(socket).toHaveProperty("_handle.writeQueueSize");
    client.terminate();
  });
});
