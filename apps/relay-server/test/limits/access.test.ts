import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRelay } from "@countersign/relay-server";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { newAccessToken } from "../../src/config/new-access-token.ts";
import { createClientAddresses } from "../../src/http/client-address.ts";
import { silentLog } from "../../src/log.ts";
import { knock } from "../observe/raw-socket.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";

const directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = join(directory, "access-tokens");

const site = relayForEachTest();

async function upgrade(path: string, headers: Readonly<Record<string, string>> = {}): Promise<IncomingMessage> {
  const asked = knock(`${site.relay.url}${path}`, headers);
  const [response, socket] = await Promise.race([once(asked, "upgrade"), once(asked, "response")]);
  socket?.destroy();
  return response as IncomingMessage;
}

const statusOf = async (path: string, headers?: Readonly<Record<string, string>>) =>
  (await upgrade(path, headers)).statusCode;

describe("origins", () => {
  it.each(["https://example.org", "https://evil.example", "null"])(
    "%s may connect if none are named",
    async (origin) => {
      expect(await statusOf("/v1", { origin })).toBe(101);
    },
  );

  it("that are not named may not, in either dialect; who is no page may", async () => {
    await site.replace({ origins: ["https://example.org", "http://localhost:3000"] });
    for (const path of ["/v1", "/mpc"]) {
      for (const origin of ["https://example.org", "http://localhost:3000"]) {
        expect(await statusOf(path, { origin })).toBe(101);
      }
      for (const origin of [
        "http://example.org",
        "https://example.org.evil.example",
        "https://example.org:444",
        "http://localhost",
        "null",
        "",
      ]) {
        expect([origin, await statusOf(path, { origin })]).toEqual([origin, 403]);
      }
      expect(await statusOf(path)).toBe(101);
    }
  });

  it("that no browser would send keep the relay from starting", async () => {
    await expect(startRelay({ origins: ["https://example.org/"] })).rejects.toThrow(
      "https://example.org/ is no origin of pages",
    );
  });
});

describe("access tokens", () => {
  const [alice = "", aliceLine = ""] = newAccessToken("alice\nand her  phone").split("\n");
  const [bob = "", bobLine = ""] = newAccessToken(undefined).split("\n");

  beforeEach(async () => {
    writeFileSync(file, `# who may connect\n\n${aliceLine}\n${bobLine}`);
    await site.replace({ accessTokens: file });
  });

  it("are 32 random bytes; the file has their hashes and what the operator adds", () => {
    expect(alice).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(alice).not.toBe(bob);
    expect(aliceLine).toMatch(/^[0-9a-f]{64} alice and her phone$/);
    expect(bobLine).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(["/v1", "/mpc"])("are shown in a header at %s", async (path) => {
    for (const token of [alice, bob]) {
      expect(await statusOf(path, { authorization: `Bearer ${token}` })).toBe(101);
      expect(await statusOf(path, { authorization: `bearer ${token}` })).toBe(101);
    }
  });

  it.each([
    ["/v1", "countersign.v1"],
    ["/mpc", "mpc-websocket"],
  ])("are shown beside the subprotocol at %s, and not repeated", async (path, subprotocol) => {
    for (const offered of [`${subprotocol}, countersign.access.${bob}`, `countersign.access.${bob},${subprotocol}`]) {
      const { statusCode, headers } = await upgrade(path, { "sec-websocket-protocol": offered });
      expect([statusCode, headers["sec-websocket-protocol"]]).toEqual([101, subprotocol]);
    }
  });

  it.each([
    ["none", {}],
    ["another", { authorization: `Bearer ${alice.slice(1)}A` }],
    ["half of one", { authorization: `Bearer ${alice.slice(0, 20)}` }],
    ["the hash of one", { authorization: `Bearer ${aliceLine.slice(0, 64)}` }],
    ["one in another scheme", { authorization: `Basic ${alice}` }],
    ["two at once", { authorization: `Bearer ${alice} ${bob}` }],
    ["nothing", { authorization: "Bearer " }],
    ["another one in the subprotocol", { "sec-websocket-protocol": "countersign.v1, countersign.access.AAAA" }],
  ])("keep out who shows %s", async (_, headers) => {
    const { statusCode, headers: answered } = await upgrade("/v1", headers);
    expect([statusCode, answered["www-authenticate"]]).toEqual([401, "Bearer"]);
  });

  it("are not asked for where only the relay's health is", async () => {
    expect((await fetch(`${site.relay.url.replace("ws:", "http:")}/healthz`)).status).toBe(200);
  });

  it("that are new or void count after the file was read again; one that cannot be read changes nothing", async () => {
    const shows = (token: string) => statusOf("/v1", { authorization: `Bearer ${token}` });
    const headers = { authorization: `Bearer ${alice}` };
    const client = new WebSocket(`${site.relay.url}/v1`, "countersign.v1", { headers });
    await once(client, "open");
    writeFileSync(file, `${bobLine}\n`);
    expect(await shows(alice)).toBe(101);
    site.relay.reload();
    expect([await shows(alice), await shows(bob)]).toEqual([401, 101]);
    writeFileSync(file, `${aliceLine}\n${bob}\n`);
    site.relay.reload();
    expect([await shows(alice), await shows(bob)]).toEqual([401, 101]);
    // Who is connected stays so.
    expect(client.readyState).toBe(client.OPEN);
    client.terminate();
  });

  it.each([
    ["no file", undefined, /^cannot read the access tokens: ENOENT/],
    ["a token instead of its hash", bob, /^line 1 of .+ is no hash of an access token$/],
    ["a hash that is cut off", bobLine.slice(1), /^line 1 of .+ is no hash/],
    ["more than 10,000", `${bobLine}\n`.repeat(10_001), /has more than 10000 access tokens$/],
  ])("keep the relay from starting with %s", async (_, content, sentence) => {
    const other = join(directory, "other");
    rmSync(other, { force: true });
    if (content !== undefined) writeFileSync(other, content);
    const starting = startRelay({ accessTokens: other });
    await expect(starting).rejects.toThrow(sentence);
    await expect(starting).rejects.not.toThrow(bob);
  });

  it("are 10,000 at most", async () => {
    writeFileSync(file, `${bobLine}\n`.repeat(10_000));
    site.relay.reload();
    expect(await statusOf("/v1", { authorization: `Bearer ${bob}` })).toBe(101);
    expect(await statusOf("/v1", { authorization: `Bearer ${alice}` })).toBe(401);
  });
});

describe("the address of a client", () => {
  const of = (trust: number | readonly string[], socket: string, forwarded?: string) =>
    createClientAddresses(trust).of({
      socket: { remoteAddress: socket },
      headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
    } as IncomingMessage);

  it.each<[string, number | readonly string[], string, string | undefined, string]>([
    ["is that of its socket", 0, "192.0.2.1", "198.51.100.7", "192.0.2.1"],
    ["is what the one proxy says", 1, "192.0.2.1", "198.51.100.7", "198.51.100.7"],
    ["is not what the client says of itself", 1, "192.0.2.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"],
    ["is what the second proxy says", 2, "192.0.2.1", "198.51.100.7, 192.0.2.2", "198.51.100.7"],
    ["is the proxy's if it says nothing", 1, "192.0.2.1", undefined, "192.0.2.1"],
    ["is the farthest if there are fewer proxies", 3, "192.0.2.1", "198.51.100.7", "198.51.100.7"],
    ["is the nearest that can be read", 3, "192.0.2.1", "198.51.100.7, unknown, 192.0.2.2", "192.0.2.2"],
    ["is not read behind what is empty", 2, "192.0.2.1", "198.51.100.7, ", "192.0.2.1"],
    ["is what a proxy of the list says", ["192.0.2.0/24"], "192.0.2.1", "198.51.100.7", "198.51.100.7"],
    ["is that of a socket from elsewhere", ["192.0.2.0/24"], "192.0.3.1", "198.51.100.7", "192.0.3.1"],
    ["is the first that is not of the list", ["192.0.2.0/24"], "192.0.2.1", "8.8.8.8, 1.1.1.1, 192.0.2.9", "1.1.1.1"],
    ["may be written as IPv6", ["192.0.2.1"], "::ffff:192.0.2.1", "2001:db8::1", "2001:db8::1"],
    ["may be IPv6", ["fd00::/8"], "fd00::1", "2001:db8::1", "2001:db8::1"],
  ])("%s", (_, trust, socket, forwarded, expected) => {
    expect(of(trust, socket, forwarded)).toBe(expected);
  });

  it("is what limits count, behind a proxy", async () => {
    await site.replace({ trustProxy: ["127.0.0.1"], limits: { connectionsPerAddress: 1 } });
    const from = (address: string) => {
      const asked = knock(`${site.relay.url}/v1`, { "x-forwarded-for": address });
      return Promise.race([once(asked, "upgrade"), once(asked, "response")]).then(([response, socket]) => ({
        status: response.statusCode,
        socket,
      }));
    };
    const first = await from("2001:db8::1");
    expect(first.status).toBe(101);
    expect((await from("2001:db8::2")).status).toBe(429);
    const other = await from("2001:db8:0:1::1");
    expect(other.status).toBe(101);
    for (const { socket } of [first, other]) socket.destroy();
  });

  it.each<[string, number | undefined, number]>([
    ["once that it is hidden by a proxy which is not trusted", undefined, 1],
    ["nothing about one that is", 1, 0],
  ])("is a reason to log %s", async (_, trustProxy, warnings) => {
    const warned: string[] = [];
    const log = { ...silentLog, warn: (_facts: object, message: string) => warned.push(message) };
    await site.replace({ log, ...(trustProxy === undefined ? {} : { trustProxy }) });
    expect(await statusOf("/v1")).toBe(101);
    expect(warned).toEqual([]);
    for (let i = 0; i < 2; i++) expect(await statusOf("/v1", { "x-forwarded-for": "192.0.2.1" })).toBe(101);
    expect(warned).toHaveLength(warnings);
    expect(warned.join()).not.toContain("192.0.2.1");
  });

  it.each([[-1], [1.5], [["proxy.example"]], [["10.0.0.0/33"]]])("cannot be found by %j", async (trustProxy) => {
    await expect(startRelay({ trustProxy })).rejects.toThrow(/is no number of proxies|is neither an address nor/);
  });
});
