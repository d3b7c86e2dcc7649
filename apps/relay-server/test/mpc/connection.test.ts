import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryStore } from "@countersign/relay";
import { openSqliteStore, type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../manual-clock.ts";
import { MpcSocket, team } from "./mpc-socket.ts";

let relay: RunningRelay;
beforeEach(async () => {
  relay = await startRelay();
});
afterEach(() => relay.close());

const unknown = (group: string) => ({ error: { code: -32603, message: `group ${group} does not exist` } });

describe("where it is served", () => {
  it.each(["/mpc", "/mpc/", "/mpc/deeper/still", "/mpc?x=1", "/mpc/x?y"])("at %s", async (path) => {
    const socket = await MpcSocket.connect(relay.url, path);
    expect(socket.webSocket.protocol).toBe("");
    expect(socket.webSocket.extensions).toBe("");
    expect(await socket.rest()).toEqual([]);
  });

  const handshake = (path: string, headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
      const connection = { connection: "Upgrade", upgrade: "websocket" };
      const key = { "sec-websocket-version": "13", "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" };
      const url = new URL(path, relay.url.replace("ws:", "http:"));
      const call = request(url, { headers: { ...connection, ...key, ...headers } });
      call.on("upgrade", (response, socket) => {
        resolve({ status: response.statusCode, headers: response.headers });
        socket.destroy();
      });
      call.on("response", (response) => {
        resolve({ status: response.statusCode, headers: response.headers });
        response.resume();
      });
      call.on("error", reject);
      call.end();
    });

  const isolated = {
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
  };

  it.each<[string, number, string, Record<string, string>]>([
    ["an upgrade", 101, "/mpc", {}],
    ["an upgrade of another dialect", 101, "/v1", { "sec-websocket-protocol": "countersign.v1" }],
    ["an upgrade that offers a subprotocol", 101, "/mpc", { "sec-websocket-protocol": "countersign.v1" }],
    ["an upgrade elsewhere", 404, "/mpcx", {}],
    ["an upgrade without the subprotocol", 400, "/v1", {}],
    ["an upgrade of another version", 400, "/mpc", { "sec-websocket-version": "7" }],
    ["a page", 404, "/mpc", { connection: "close", upgrade: "" }],
    ["a sign of life", 200, "/healthz", { connection: "close", upgrade: "" }],
    ["an expectation", 417, "/healthz", { connection: "close", upgrade: "", expect: "x" }],
    ["a header that is too long", 431, "/mpc", { "x-long": "x".repeat(9_000) }],
  ])("%s is answered %i with the headers of isolation", async (_, status, path, headers) => {
    const answer = await handshake(path, headers);
    expect(answer).toMatchObject({ status, headers: isolated });
    if (path === "/mpc") expect(answer.headers["sec-websocket-protocol"]).toBeUndefined();
  });

  it("also what is no HTTP", async () => {
    const socket = connectTcp(Number(new URL(relay.url).port), "127.0.0.1");
    socket.write("nonsense\r\n\r\n");
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const answer = Buffer.concat(chunks).toString().toLowerCase();
    expect(answer).toMatch(/^http\/1\.1 400 /);
    for (const [name, value] of Object.entries(isolated)) expect(answer).toContain(`${name}: ${value}\r\n`);
  });
});

describe("a group", () => {
  it("ends with the last connection", async () => {
    const { group, members } = await team(relay.url, { size: 2 });
    const other = await MpcSocket.connect(relay.url);
    const asking = async () => JSON.parse(await other.ask("Session.join", [group, group, "sign"])).error.message;
    expect(await asking()).toBe(`client 3 does not belong to the group ${group}`);
    for (const one of members) await one.close();
    // The server sees the end of a socket before it reads what another one sends afterwards.
    expect(await asking()).toBe(`group ${group} does not exist`);
  });

  it.each(["a stop", "a crash"])("has no connections any more after %s", async (end) => {
    const directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
    let hasCrashed = false;
    const open = async () => {
      const store = await openSqliteStore(directory);
      const append = store.append.bind(store);
      store.append = (log, entry, waiter) => {
        if (hasCrashed) setImmediate(() => waiter.failed(new Error("crashed")));
        else append(log, entry, waiter);
      };
      return startRelay({ store });
    };
    const first = await open();
    const { group, members } = await team(first.url, { size: 2 });
    const [a] = members as [MpcSocket];
    await a.result("Session.create", [group, "sign", null]);
    const closed = a.closed();
    hasCrashed = end === "a crash";
    await first.close();
    expect(await closed).toEqual([1012, "the relay restarts"]);

    hasCrashed = false;
    const second = await open();
    const late = await MpcSocket.connect(second.url);
    expect(JSON.parse(await late.ask("Group.join", group))).toMatchObject(unknown(group));
    await second.close();
    rmSync(directory, { recursive: true, force: true });
  });
});

it("a session in which nothing happens ends with the connections of those that are not done", async () => {
  const clock = new ManualClock();
  const timed = await startRelay({ clock, pingInterval: 1_000_000, sessionLife: 60 });
  const { group, members } = await team(timed.url, { size: 3 });
  const [a, b, c] = members as [MpcSocket, MpcSocket, MpcSocket];
  const { uuid } = await a.result<{ uuid: string }>("Session.create", [group, "keygen", null]);
  for (const [i, one] of [a, b].entries()) {
    if (i > 0) await one.next();
    expect(await one.result("Session.signup", [group, uuid, "keygen"])).toBe(i + 1);
  }
  clock.pass(59);
  await a.ask("Session.finish", [group, uuid, 1]);
  clock.pass(59);
  await c.next();
  expect(await c.rest()).toEqual([]);
  clock.pass(1);
  expect(await b.closed()).toEqual([4000, `session ${uuid} expired`]);
  for (const one of [a, c]) {
    expect(JSON.parse(await one.ask("Session.join", [group, uuid, "keygen"]))).toMatchObject(unknown(uuid));
  }
  await timed.close();
});

it("says so when the store fails; what was not taken has not happened", async () => {
  const memory = createMemoryStore();
  let isFull = false;
  const append: typeof memory.append = (log, entry, waiter) => {
    if (isFull) setImmediate(() => waiter.failed(new Error("no space left on device")));
    else memory.append(log, entry, waiter);
  };
  const clock = new ManualClock();
  const failing = await startRelay({ store: { ...memory, append }, clock, pingInterval: 1_000_000 });
  const { group, members } = await team(failing.url, { size: 2 });
  const [a, b] = members as [MpcSocket, MpcSocket];
  isFull = true;
  expect(JSON.parse(await a.ask("Session.create", [group, "keygen"]))).toMatchObject({
    error: { code: -32603, message: "the relay cannot do this now" },
  });
  await b.close();
  await a.rest();
  isFull = false;
  // Who has gone is taken out later, as soon as the store takes it.
  const c = await MpcSocket.connect(failing.url);
  clock.pass(60);
  expect(await c.result("Group.join", group)).toMatchObject({ uuid: group });
  await failing.close();
});
