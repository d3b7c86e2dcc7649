import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { expect, it } from "vitest";
import { Client, member, uuid } from "../client.ts";
import { ManualClock } from "../manual-clock.ts";
import { knock, RawSocket } from "../observe/raw-socket.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";

let clock: ManualClock;
const site = relayForEachTest(() => {
  clock = new ManualClock();
  return { clock, pingInterval: 3_600 };
});

const PING = 9;
const PONG = 0x8a;

/** Collects what comes over a socket. */
function listen(socket: Socket): { readonly bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  return { bytes: () => Buffer.concat(chunks) };
}

function openTcp(options: { allowHalfOpen?: boolean } = {}): Socket {
  const port = Number(new URL(site.relay.url).port);
  return connectTcp({ port, host: "127.0.0.1", ...options }).on("error", () => undefined);
}

it("a flood of pings gets the newest answered, and one answer a turn", async () => {
  const flooding = await RawSocket.connect(site.relay.url, "/mpc");
  const heard = listen(flooding.socket);
  const pings = 20_000;
  const number = Buffer.alloc(4);
  for (let i = 1; i <= pings; i++) {
    number.writeUInt32BE(i);
    flooding.frame(number, { opcode: PING });
  }
  const lastPong = () => {
    const pong = heard.bytes().subarray(-6);
    return pong[0] === PONG ? pong.readUInt32BE(2) : 0;
  };
  while (lastPong() < pings) {
    clock.pass(2);
    await new Promise((resolve) => setImmediate(resolve));
  }
  // One read of the socket has thousands of them.
  expect(heard.bytes().length / 6).toBeLessThan(pings / 20);
  flooding.socket.destroy();
});

it("a ping is answered once, with what was in it", async () => {
  const client = await site.connect();
  const pongs: string[] = [];
  client.webSocket.on("pong", (data) => pongs.push(data.toString()));
  client.webSocket.ping("are you there?");
  for (let i = 0; i < 3; i++) await client.call("Relay.info", {});
  expect(pongs).toEqual(["are you there?"]);
});

it.each([
  ["pings", PING],
  ["pongs that nobody asked for", PONG & 0xf],
])("%s count as messages: who sends more than a second's worth is not read for a while", async (_, opcode) => {
  const socket = await RawSocket.connect(site.relay.url, "/v1");
  const heard = listen(socket.socket);
  for (let i = 0; i < 101; i++) socket.frame(new Uint8Array(0), { opcode });
  socket.text('{"jsonrpc":"2.0","id":1,"method":"Relay.info"}');
  await (await site.connect()).call("Relay.info", {});
  const isAnswered = () => heard.bytes().includes('"result"');
  expect(isAnswered()).toBe(false);
  clock.pass(0.02);
  await expect.poll(isAnswered).toBe(true);
  socket.socket.destroy();
});

it("empty messages and binary ones are read at the pace of others", async () => {
  const socket = await RawSocket.connect(site.relay.url, "/v1");
  const heard = listen(socket.socket);
  for (let i = 0; i < 150; i++) socket.frame(new Uint8Array(0), { opcode: i % 2 === 0 ? 1 : 2 });
  const answers = () => heard.bytes().toString().split('"jsonrpc"').length - 1;
  await expect.poll(answers).toBe(100);
  clock.pass(0.499);
  await expect.poll(answers).toBe(149);
  clock.pass(0.001);
  await expect.poll(answers).toBe(150);
  socket.socket.destroy();
});

it("a message in 64 fragments is taken, one in 65 closes the connection", async () => {
  const send = async (fragments: number) => {
    const socket = await RawSocket.connect(site.relay.url, "/v1");
    const heard = listen(socket.socket);
    const text = '{"jsonrpc":"2.0","id":1,"method":"Relay.info"}'.padEnd(fragments);
    for (let i = 0; i < fragments; i++) {
      const isLast = i === fragments - 1;
      const part = Buffer.from(isLast ? text.slice(i) : (text[i] ?? ""));
      socket.frame(part, { opcode: i === 0 ? 1 : 0, fin: isLast });
    }
    await once(socket.socket, "data");
    const bytes = heard.bytes();
    socket.socket.destroy();
    return bytes;
  };
  expect((await send(64)).toString()).toContain('"id":1');
  const close = await send(65);
  expect([close[0], close.readUInt16BE(2)]).toEqual([0x88, 1008]);
});

it("a frame that comes byte by byte costs its sender the connection before it costs much here", async () => {
  const socket = await RawSocket.connect(site.relay.url, "/v1");
  const heard = listen(socket.socket.setNoDelay());
  // The head of a frame of 60,000 bytes.
  socket.socket.write(Uint8Array.of(0x81, 0xfe, 60_000 >> 8, 60_000 & 0xff, 0, 0, 0, 0));
  let sent = 0;
  while (heard.bytes().length === 0 && sent < 60_000) {
    socket.socket.write(" ");
    sent++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const close = heard.bytes();
  expect([close[0], close.readUInt16BE(2)]).toEqual([0x88, 1008]);
  expect(sent).toBeGreaterThan(2_000);
});

it("who is refused and leaves its half of the socket open keeps nothing here", async () => {
  // More than an address may have open at a time.
  await site.replace({ clock, limits: { connectionsPerAddress: 1 } });
  for (let i = 0; i < 60; i++) {
    clock.pass(1);
    const socket = openTcp({ allowHalfOpen: true });
    socket.write(`GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    const [answer] = await once(socket, "data");
    expect(String(answer)).toMatch(/^HTTP\/1\.1 404 /);
    await once(socket, "end");
  }
});

it("nothing runs on for a connection that is gone", async () => {
  const before = clock.pending;
  const [client, other] = [await site.connect(), await RawSocket.connect(site.relay.url, "/mpc")];
  await client.call("Relay.info", {});
  expect(clock.pending).toBeGreaterThan(before + 1);
  await client.close();
  other.socket.destroy();
  // The address is remembered for a little longer.
  const isPending = () => {
    clock.pass(2);
    return clock.pending;
  };
  await expect.poll(isPending).toBe(before);
});

it("who ends its half of a WebSocket is gone", async () => {
  const [stays, leaves] = [await site.connect(), await RawSocket.connect(site.relay.url, "/v1")];
  await stays.call("Session.open", member(1));
  leaves.text(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "Session.open", params: member(2) }));
  await stays.event("memberJoined");
  const closed = once(leaves.socket, "close");
  leaves.socket.end();
  expect(await stays.event("memberOffline")).toEqual({ session: uuid(2), number: 2 });
  await closed;
});

it.each<[string, Record<string, string>]>([
  ["without a key", { "Sec-WebSocket-Key": "" }],
  ["with a key of the wrong size", { "Sec-WebSocket-Key": "AAAA" }],
  ["of another version", { "Sec-WebSocket-Version": "12" }],
  ["to something else", { Upgrade: "h2c" }],
])("an upgrade %s is refused and takes no place", async (_, headers) => {
  await site.replace({ clock, limits: { connectionsPerAddress: 1 } });
  for (let i = 0; i < 3; i++) {
    const [response] = await once(knock(`${site.relay.url}/v1`, headers), "response");
    expect(response.statusCode).toBe(400);
    response.resume();
  }
  expect(await (await Client.connect(site.relay.url)).close()).toBe(1005);
});

it("requests in one go are answered up to the rate; who asks for more is told so once and cut", async () => {
  const socket = openTcp();
  const heard = listen(socket);
  socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1_000));
  await once(socket, "close");
  const answers =
    heard
      .bytes()
      .toString()
      .match(/^HTTP\/1\.1 \d{3}/gm) ?? [];
  expect(answers).toEqual([...Array<string>(50).fill("HTTP/1.1 200"), "HTTP/1.1 429"]);
  clock.pass(1);
  const client = await site.connect();
  await client.call("Session.open", member(1));
});

it("a body that nobody asked for is not read to its end", async () => {
  const socket = openTcp();
  const heard = listen(socket);
  socket.write("POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nx");
  await once(socket, "close");
  expect(heard.bytes().toString()).toMatch(/^HTTP\/1\.1 405 [\s\S]*^connection: close\r$/im);
});

it("a client that never agrees to a close is cut", async () => {
  const client = await RawSocket.connect(site.relay.url, "/v1");
  await Client.connect(site.relay.url).then((other) => other.close());
  const closed = once(client.socket, "close");
  clock.pass(10);
  // The time for this is the system's, not the clock's.
  await closed;
}, 20_000);
