import { once } from "node:events";
import { request } from "node:http";
import { connect as connectTcp } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { createMemoryStore, type LogStore } from "@countersign/relay";
import { encodeBatch, encodeNotification, encodeRequest } from "@countersign/rpc";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { body, member, secret, uuid } from "./client.ts";
import { ManualClock } from "./manual-clock.ts";
import { relayForEachTest } from "./relay-for-each-test.ts";

const site = relayForEachTest();
const { connect } = site;

const refused = (id: unknown, code: number) => ({
  jsonrpc: "2.0",
  id,
  error: expect.objectContaining({ code, message: expect.any(String) }),
});

describe("JSON-RPC", () => {
  it.each([
    ["no JSON", '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', refused(null, -32700)],
    ["no request", '{"jsonrpc": "2.0", "method": 1, "params": "bar"}', refused(null, -32600)],
    ["an empty batch", "[]", refused(null, -32600)],
    ["a batch of nothing", "[1]", [refused(null, -32600)]],
    ["an unknown method", '{"jsonrpc": "2.0", "method": "foobar", "id": "1"}', refused("1", -32601)],
    ["a method of the prototype", '{"jsonrpc": "2.0", "method": "toString", "id": 1}', refused(1, -32601)],
    ["an answer", '{"jsonrpc": "2.0", "result": 1, "id": 1}', refused(null, -32600)],
    ["a name twice", '{"jsonrpc": "2.0", "method": "a", "method": "b", "id": 1}', refused(null, -32700)],
    ["too deep nesting", `{"jsonrpc":"2.0","id":1,"method":"m","params":${"[".repeat(32)}`, refused(null, -32700)],
    ["wrong arguments", '{"jsonrpc": "2.0", "method": "Session.ack", "params": [1], "id": 1}', refused(1, -32602)],
    ["too many arguments", '{"jsonrpc": "2.0", "method": "Relay.info", "params": [1], "id": 1}', refused(1, -32602)],
  ])("answers %s as the standard says", async (_, text, answer) => {
    const client = await connect();
    client.webSocket.send(text);
    const got = JSON.parse(await client.nextText());
    expect(got).toEqual(answer);
  });

  it("takes arguments by name and by position, and any id", async () => {
    const client = await connect();
    const { name, limits } = await client.call("Relay.info", {});
    expect(name).toBe("countersign-relay");
    expect(limits).toMatchObject({ message: 65_536, envelopes: 254, parties: 255, batch: 20, sessionLife: 1_800 });
    for (const id of ["x", null, -5]) {
      client.webSocket.send(encodeRequest(id, "Relay.info", []));
      expect(JSON.parse(await client.nextText())).toMatchObject({ id, result: { name } });
    }
  });

  it("carries notifications out without a word", async () => {
    const [a, b] = [await connect(), await connect()];
    await a.call("Session.open", member(1));
    await b.call("Session.open", member(2));
    a.webSocket.send(encodeNotification("Session.message", [uuid(2), 1, [{ to: 0, body: body("quiet") }]]));
    a.webSocket.send(encodeNotification("Session.message", [uuid(2), 9, [{ to: 0, body: body("wrong") }]]));
    a.webSocket.send(encodeNotification("nonsense"));
    await b.event("message");
    await a.call("Relay.info", {});
    expect(a.order.filter((one) => one.startsWith("answer"))).toEqual(["answer 1", "answer 2"]);
  });

  it("answers a batch with one array, before the events that it caused", async () => {
    const [a, b] = [await connect(), await connect()];
    await a.call("Session.open", member(1));
    await b.call("Session.open", member(2));
    await b.call("Session.finish", { session: uuid(2) });
    await a.event("memberFinished");
    a.texts.length = 0;
    a.webSocket.send(
      encodeBatch([
        encodeRequest(11, "Session.finish", [uuid(2)]),
        encodeNotification("Relay.info"),
        encodeRequest(12, "nonsense"),
        "1",
      ]),
    );
    await a.event("sessionClosed");
    expect(JSON.parse(a.texts[0] ?? "")).toEqual([
      { jsonrpc: "2.0", id: 11, result: {} },
      refused(12, -32601),
      refused(null, -32600),
    ]);
    a.texts.length = 0;
    a.webSocket.send(encodeBatch([encodeNotification("Relay.info"), encodeNotification("Relay.info")]));
    await a.call("Relay.info", {});
    expect(a.texts).toHaveLength(1);
  });
});

it("answers a batch before the events that it caused, also where each entry takes its time", async () => {
  const memory = createMemoryStore();
  let tail: Promise<unknown> = Promise.resolve();
  const append: LogStore["append"] = (log, entry, waiter) => {
    tail = tail.then(() => turns(20)).then(() => memory.append(log, entry, waiter));
  };
  await site.replace({ store: { ...memory, append } });
  const [a, b] = [await connect(), await connect()];
  await a.call("Session.open", member(1));
  await b.call("Session.open", member(2));
  await b.call("Session.finish", { session: uuid(2) });
  await a.event("memberFinished");
  a.order.length = 0;
  a.webSocket.send(
    encodeBatch([
      encodeRequest(11, "Session.finish", [uuid(2)]),
      encodeRequest(12, "Session.open", { ...member(3), session: uuid(3) }),
    ]),
  );
  await a.event("sessionClosed");
  expect(a.order).toEqual(["answer 11", "answer 12", "sessionClosed"]);
});

it("says so when the store fails, and goes on when it works again", async () => {
  const memory = createMemoryStore();
  let isFull = true;
  const append: LogStore["append"] = (log, entry, waiter) => {
    if (isFull) setImmediate(() => waiter.failed(new Error("no space left on device")));
    else memory.append(log, entry, waiter);
  };
  await site.replace({ store: { ...memory, append } });
  const client = await connect();
  const calls = [
    client.call("Session.open", member(1)),
    client.call("Invitation.create", { kind: "exchange", parties: 2, threshold: 2 }),
  ];
  for (const call of calls) {
    await expect(call).rejects.toMatchObject({ code: "relay.unavailable", data: { retryable: true } });
  }
  isFull = false;
  expect(await client.call("Session.open", member(1))).toMatchObject({ number: 1, seq: 1 });
  isFull = true;
  const message = { session: uuid(2), cseq: 1, envelopes: [{ to: 0, body: "" }] };
  await expect(client.call("Session.message", message)).rejects.toThrow("relay.unavailable");
  isFull = false;
  expect(await client.call("Session.message", message)).toEqual({ seq: 2 });
});

it("takes nobody for connected who has gone before the answer", async () => {
  const memory = createMemoryStore();
  let letThrough: (() => void) | undefined;
  const gate = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  let reached: (() => void) | undefined;
  const append: LogStore["append"] = async (log, entry, waiter) => {
    if (entry.includes(secret(2))) {
      reached?.();
      await gate;
    }
    memory.append(log, entry, waiter);
  };
  await site.replace({ store: { ...memory, append } });
  const [a, b] = [await connect(), await connect()];
  await a.call("Session.open", member(1));
  const arrived = new Promise<void>((resolve) => {
    reached = resolve;
  });
  void b.call("Session.open", member(2));
  await arrived;
  await b.cut();
  // The server sees the end of the socket before it reads what another one sends afterwards.
  await a.call("Relay.info", {});
  letThrough?.();
  await a.event("memberJoined");
  expect(await a.call("Session.open", member(1))).toMatchObject({ members: [{ online: true }, { online: false }] });
});

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

describe("frames", () => {
  it("that are binary are refused", async () => {
    const client = await connect();
    client.webSocket.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"Relay.info"}'));
    expect(JSON.parse(await client.nextText())).toEqual(refused(null, -32600));
  });

  it("of 64 KiB are read, and one byte more closes with 1009", async () => {
    const client = await connect();
    const padded = (length: number) => {
      const call = encodeRequest(1, "Relay.info");
      return call + " ".repeat(length - call.length);
    };
    client.webSocket.send(padded(64 * 1024));
    expect(JSON.parse(await client.nextText())).toMatchObject({ id: 1, result: {} });
    const closed = client.closed();
    client.webSocket.send(padded(64 * 1024 + 1));
    expect(await closed).toBe(1009);
  });

  it("that are not UTF-8 close with 1007", async () => {
    const client = await connect();
    const closed = client.closed();
    client.webSocket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
    expect(await closed).toBe(1007);
  });

  it("in more than 64 fragments close with 1008", async () => {
    const client = await connect();
    const closed = client.closed();
    for (let i = 0; i < 66; i++) client.webSocket.send(" ", { fin: false });
    expect(await closed).toBe(1008);
  });
});

describe("HTTP", () => {
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const call = request(new URL(path, site.relay.url.replace("ws:", "http:")), { headers });
    call.end();
    const [response] = await once(call, "response");
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return [response.statusCode, Buffer.concat(chunks).toString()];
  };

  it("says that it lives, and serves no page where it serves a dialect", async () => {
    expect(await get("/healthz")).toEqual([200, "ok\n"]);
    expect(await get("/v1")).toEqual([404, "not found\n"]);
    expect(await get("/v1/")).toEqual([404, "not found\n"]);
  });

  const refusal = (path: string, protocols: string[]) =>
    new Promise<number>((resolve) => {
      const webSocket = new WebSocket(`${site.relay.url}${path}`, protocols);
      webSocket.on("unexpected-response", (_request, response) => {
        resolve(response.statusCode ?? 0);
        webSocket.terminate();
      });
      webSocket.on("error", () => undefined);
    });

  it("upgrades where a dialect is, if the client speaks it", async () => {
    expect(await refusal("/v2", ["countersign.v1"])).toBe(404);
    expect(await refusal("/v1x", ["countersign.v1"])).toBe(404);
    expect(await refusal("/v1", [])).toBe(400);
    expect(await refusal("/v1", ["countersign.v2"])).toBe(400);
    const webSocket = new WebSocket(`${site.relay.url}/v1?x=1`, ["other", "countersign.v1"]);
    await once(webSocket, "open");
    expect(webSocket.protocol).toBe("countersign.v1");
    expect(webSocket.extensions).toBe("");
    webSocket.close();
    await once(webSocket, "close");
  });

  it("survives what is no HTTP", async () => {
    const port = Number(new URL(site.relay.url).port);
    for (const bytes of ["\0\0\0\0\r\n\r\n", "GET /v1 HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"]) {
      const socket = connectTcp(port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(bytes);
      socket.resume();
      await once(socket, "close");
    }
    expect(await get("/healthz")).toEqual([200, "ok\n"]);
  });
});

it("cuts who gives no sign of life, and only them", async () => {
  const clock = new ManualClock();
  await site.replace({ clock, pingInterval: 20 });
  const [dead, alive] = [await connect(), await connect()];
  await dead.call("Session.open", member(1));
  await alive.call("Session.open", member(2));
  // A client that does not read answers no ping.
  dead.webSocket.pause();
  const pinged = once(alive.webSocket, "ping");
  clock.pass(20);
  await pinged;
  await alive.call("Relay.info", {});
  clock.pass(20);
  expect(await alive.event("memberOffline")).toMatchObject({ number: 1 });
  expect(alive.webSocket.readyState).toBe(WebSocket.OPEN);
  dead.webSocket.terminate();
});
