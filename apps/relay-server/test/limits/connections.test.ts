import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect as connectTcp } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Client, member } from "../client.ts";
import { ManualClock } from "../manual-clock.ts";
import { MpcSocket } from "../mpc/mpc-socket.ts";
import { knock } from "../observe/raw-socket.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";

let clock: ManualClock;
const site = relayForEachTest(() => {
  clock = new ManualClock();
  return { clock, pingInterval: 3_600 };
});

/** What an upgrade is answered: 101 or why not. */
async function upgrade(path = "/v1", headers: Readonly<Record<string, string>> = {}): Promise<IncomingMessage> {
  const asked = knock(`${site.relay.url}${path}`, headers);
  const upgraded = once(asked, "upgrade").then(([response, socket]) => {
    socket.destroy();
    return response as IncomingMessage;
  });
  const refused = once(asked, "response").then(([response]) => {
    response.resume();
    return response as IncomingMessage;
  });
  return Promise.race([upgraded, refused]);
}

const get = (path: string) => fetch(`${site.relay.url.replace("ws:", "http:")}${path}`);

describe("connections", () => {
  it("of one address: as many as may be; one above is told to come later, until one is gone", async () => {
    await site.replace({ clock, limits: { connectionsPerAddress: 2 } });
    const [first] = [await site.connect(), await site.connect()];
    const { statusCode, headers } = await upgrade();
    expect([statusCode, headers["retry-after"]]).toEqual([429, "1"]);
    await first?.close();
    expect((await upgrade()).statusCode).toBe(101);
  });

  it("of all: as many as may be; one above is told to come later, until one is gone", async () => {
    await site.replace({ clock, limits: { connections: 2 } });
    const [first] = [await site.connect(), await MpcSocket.connect(site.relay.url)];
    const { statusCode, headers } = await upgrade();
    expect([statusCode, headers["retry-after"]]).toEqual([503, "1"]);
    await first?.close();
    expect((await upgrade()).statusCode).toBe(101);
  });

  it("opened by one address in a second: as many as may be, refused ones and pages included", async () => {
    await site.replace({ clock, limits: { newConnectionsPerSecond: 3 } });
    expect((await upgrade()).statusCode).toBe(101);
    expect((await upgrade("/elsewhere")).statusCode).toBe(404);
    expect((await get("/healthz")).status).toBe(200);
    expect((await upgrade()).statusCode).toBe(429);
    expect((await get("/healthz")).status).toBe(429);
    clock.pass(0.333);
    expect((await get("/healthz")).status).toBe(429);
    clock.pass(0.001);
    expect((await get("/healthz")).status).toBe(200);
  });

  it("that are sockets only: some more than WebSockets, then they are cut at once", async () => {
    await site.replace({ clock, limits: { connectionsPerAddress: 1 } });
    const open = async () => {
      const socket = connectTcp(Number(new URL(site.relay.url).port), "127.0.0.1");
      socket.on("error", () => undefined);
      await once(socket, "connect");
      return socket;
    };
    const sockets = [];
    for (let i = 0; i < 33; i++) sockets.push(await open());
    const above = await open();
    await once(above.resume(), "close");
    expect(sockets.every((socket) => !socket.readableEnded && !socket.destroyed)).toBe(true);
    for (const socket of sockets) socket.destroy();
    await Promise.all(sockets.map((socket) => socket.closed || once(socket, "close")));
    await expect.poll(async () => (await upgrade()).statusCode).toBe(101);
  });
});

describe("a request", () => {
  const url = (length: number) => `/healthz?${"x".repeat(length - "/healthz?".length)}`;

  it("has a path of 2 KiB, and no longer one", async () => {
    expect((await get(url(2_048))).status).toBe(200);
    expect((await get(url(2_049))).status).toBe(414);
    expect((await upgrade(`/mpc/${"x".repeat(2_048 - 5)}`)).statusCode).toBe(101);
    expect((await upgrade(`/mpc/${"x".repeat(2_048 - 4)}`)).statusCode).toBe(414);
  });

  it("has headers of 8 KiB, and no longer ones", async () => {
    // What counts is the path, the names and the values.
    const others = "/healthz" + "host" + "relay" + "long";
    const ask = async (length: number) => {
      const socket = connectTcp(Number(new URL(site.relay.url).port), "127.0.0.1");
      const value = "x".repeat(length - others.length);
      socket.write(`GET /healthz HTTP/1.1\r\nhost: relay\r\nlong: ${value}\r\n\r\n`);
      const [answer] = await once(socket, "data");
      socket.destroy();
      return String(answer).split("\r\n")[0];
    };
    expect(await ask(8 * 1_024)).toBe("HTTP/1.1 200 OK");
    expect(await ask(8 * 1_024 + 1)).toBe("HTTP/1.1 431 Request Header Fields Too Large");
  });
});

describe("a newcomer of countersign.v1", () => {
  const silent = "no call that worked within 10 s";

  it("may be silent for 10 s, and no longer", async () => {
    const client = await site.connect();
    const closed = once(client.webSocket, "close");
    clock.pass(9.999);
    await client.call("Relay.info", {});
    await client.call("rpc.discover", {});
    expect(client.webSocket.readyState).toBe(WebSocket.OPEN);
    clock.pass(0.001);
    expect(await closed).toEqual([4001, Buffer.from(silent)]);
  });

  it("is silent, too, who makes only calls that fail", async () => {
    const client = await site.connect();
    const closed = client.closed();
    await expect(client.call("Session.ack", { session: member(1).session ?? "", seq: 1 })).rejects.toThrow();
    clock.pass(10);
    expect(await closed).toBe(4001);
  });

  it("may stay after one call that worked", async () => {
    const client = await site.connect();
    await client.call("Session.open", member(1));
    clock.pass(1_000);
    expect(await client.call("Session.ack", { session: member(1).session ?? "", seq: 1 })).toEqual({});
  });

  it("is nobody who speaks the other dialect", async () => {
    const socket = await MpcSocket.connect(site.relay.url);
    clock.pass(1_000);
    expect(await socket.rest()).toEqual([]);
    await socket.close();
  });
});

it("a client is read at its pace, and gets every answer", async () => {
  const client = await site.connect();
  await client.call("Session.open", member(1));
  const answers = Array.from({ length: 100 }, () => client.call("Relay.info", {}));
  await Promise.all(answers.slice(0, 99));
  // What another client is told shows that the last one was not only late.
  const other = await Client.connect(site.relay.url);
  await other.call("Relay.info", {});
  let isAnswered = false;
  void answers[99]?.then(() => {
    isAnswered = true;
  });
  await other.call("Relay.info", {});
  expect(isAnswered).toBe(false);
  clock.pass(0.01);
  await answers[99];
  await other.close();
});
