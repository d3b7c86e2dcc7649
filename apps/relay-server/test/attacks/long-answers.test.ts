import { Socket } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { Client, member, secret, uuid } from "../client.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { unpaced } from "../unpaced.ts";

const site = relayForEachTest(() => ({ limits: unpaced }));

afterEach(() => {
  vi.restoreAllMocks();
});

const MANY = 100;
const MIB = 1024 * 1024;

/** The most that was ever waiting for one socket of the relay, in bytes. */
function watchSockets(): () => number {
  const port = Number(new URL(site.relay.url).port);
  let most = 0;
  const { write } = Socket.prototype;
  vi.spyOn(Socket.prototype, "write").mockImplementation(function (this: Socket, ...args: unknown[]) {
    const written: boolean = Reflect.apply(write, this, args);
    if (this.localPort === port) most = Math.max(most, this.writableLength);
    return written;
  });
  return () => most;
}

/** Sends batches of 20 of a call, all at once, and reads nothing. */
async function ask(method: string, params: object): Promise<number> {
  const most = watchSockets();
  const greedy = await site.connect();
  greedy.webSocket.pause();
  const calls = Array.from({ length: 20 }, (_, id) => ({ jsonrpc: "2.0", id, method, params }));
  for (let i = 0; i < MANY; i++) greedy.webSocket.send(JSON.stringify(calls));
  const other = await site.connect();
  for (let i = 0; i < MANY; i++) await other.call("Relay.info", {});
  greedy.webSocket.terminate();
  return most();
}

it("who asks for the long document again and again has no more than the answers of one text waiting", async () => {
  expect(await ask("rpc.discover", {})).toBeLessThan(2 * MIB);
});

it("who comes back to a session of many again and again has no more than that waiting", async () => {
  const places = { parties: 255, threshold: 2 };
  const opener = await site.connect();
  for (let n = 1; n <= 255; n++) {
    const eid = Buffer.alloc(32, n).toString("base64url");
    await opener.call("Session.open", member(0, { ...places, eid, token: eid }));
  }
  const after = { session: uuid(2), token: secret(1), after: 255 };
  expect(await ask("Session.resume", after)).toBeLessThan(2 * MIB);
});

it("the calls of a batch count as so many messages", async () => {
  await site.replace({ limits: { messagesPerSecond: 10 } });
  const client = await Client.connect(site.relay.url);
  const calls = Array.from({ length: 20 }, (_, i) => ({ jsonrpc: "2.0", id: `${i}`, method: "Relay.info" }));
  const began = performance.now();
  client.webSocket.send(JSON.stringify(calls));
  await client.call("Relay.info", {});
  expect(performance.now() - began).toBeGreaterThan(900);
  await client.close();
});
