import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import type { Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Client, member } from "./client.ts";
import { ManualClock } from "./manual-clock.ts";
import { relayForEachTest } from "./relay-for-each-test.ts";

const PING_INTERVAL = 20;
const BINARY = Buffer.from("not a text");

let clock: ManualClock;
const site = relayForEachTest(() => {
  clock = new ManualClock();
  return { clock, pingInterval: PING_INTERVAL };
});

/** The sockets that the relay has accepted. */
let accepted: Socket[];
const note = (message: unknown) => void accepted.push((message as { readonly socket: Socket }).socket);
beforeEach(() => {
  accepted = [];
  subscribe("net.server.socket", note);
});
afterEach(() => void unsubscribe("net.server.socket", note));

/** Whether ws has a socket: it notes so in it. */
const isWithWs = (socket: Socket | undefined) =>
  Object.getOwnPropertySymbols(socket ?? {}).some(
    (symbol) =>
      symbol.description === "websocket" && (socket as object as Record<symbol, unknown>)[symbol] !== undefined,
  );

/** Lets so much time pass that the client is pinged, and waits until the relay knows that it is there. */
async function pinged(client: Client): Promise<void> {
  const ping = once(client.webSocket, "ping");
  clock.pass(PING_INTERVAL);
  await ping;
  // The answer is on its way before this call.
  await client.call("Relay.info", {});
}

it("needs nothing of ws, however often it is asked for a sign of life and asks itself, and is not cut", async () => {
  const client = await site.connect();
  await client.call("Session.open", member(1));
  for (let i = 0; i < 3; i++) await pinged(client);
  const pong = once(client.webSocket, "pong");
  client.webSocket.ping("there?");
  expect(String((await pong)[0])).toBe("there?");
  expect(accepted).toHaveLength(1);
  expect(isWithWs(accepted[0])).toBe(false);
});

it("that answers no ping is cut", async () => {
  const client = await site.connect();
  await client.call("Session.open", member(1));
  client.webSocket.pong = () => undefined;
  const closed = once(client.webSocket, "close");
  const ping = once(client.webSocket, "ping");
  clock.pass(PING_INTERVAL);
  await ping;
  clock.pass(PING_INTERVAL);
  expect((await closed)[0]).toBe(1006);
});

it("is read by ws from the first frame on that is not as simple as most, and closed by it", async () => {
  const client = await site.connect();
  await client.call("Session.open", member(1));
  client.webSocket.send(BINARY);
  await client.call("Relay.info", {});
  expect(client.texts.some((text) => text.includes("-32600"))).toBe(true);
  expect(isWithWs(accepted[0])).toBe(true);
  // In pieces, with a ping between them.
  const request = JSON.stringify({ jsonrpc: "2.0", id: "pieces", method: "Relay.info", params: {} });
  client.webSocket.send(request.slice(0, 20), { fin: false });
  client.webSocket.ping("between");
  const pong = once(client.webSocket, "pong");
  client.webSocket.send(request.slice(20), { fin: true });
  expect(String((await pong)[0])).toBe("between");
  await expect.poll(() => client.texts.some((text) => text.includes('"pieces"'))).toBe(true);
  const closed = once(client.webSocket, "close");
  client.webSocket.close(1000);
  expect((await closed)[0]).toBe(1000);
});
