import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryStore } from "@countersign/relay";
import { type RelayOptions, type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { closeReasons, dropReasons, paceScopes, refusalReasons } from "../../src/observe/meter.ts";
import { Client, member } from "../client.ts";
import { ManualClock } from "../manual-clock.ts";
import { MpcSocket, team } from "../mpc/mpc-socket.ts";
import { unpaced } from "../unpaced.ts";
import { knock, RawSocket } from "./raw-socket.ts";
import { lineOf } from "./watched.ts";

/** Everything that the relay counts by reason, provoked for real at a relay of its own. */
interface Provocation {
  readonly options?: RelayOptions;
  /** May answer what has to be done at the end. */
  provoke(stage: Stage): unknown;
}

interface Stage {
  readonly url: string;
  /** Where the dialect is served that is looked at. */
  readonly path: "/v1" | "/mpc";
  readonly relay: RunningRelay;
  readonly clock: ManualClock;
  metric(line: string): Promise<number | undefined>;
  /** Resolves when the metric is above 0. */
  moved(line: string): Promise<void>;
}

const V1 = "countersign.v1";
const MPC = "mpc-websocket";
const directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
const tokens = join(directory, "tokens");
writeFileSync(tokens, `${"0".repeat(64)}\n`);

const running: RunningRelay[] = [];
const sockets: { terminate(): void }[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await Promise.all(running.splice(0).map((relay) => relay.close({ drain: 0 })));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Starts a relay, lets happen what is to happen, and waits for the metric to move from 0. */
async function expectMove(line: string, { options = {}, provoke }: Provocation): Promise<void> {
  const path = line.includes(MPC) ? "/mpc" : "/v1";
  const clock = new ManualClock();
  const relay = await startRelay({ clock, metrics: { host: "127.0.0.1", port: 0 }, ...options });
  running.push(relay);
  const metric = async (one: string) => {
    const response = await fetch(`${relay.metricsUrl}`);
    return lineOf(await response.text(), `countersign_relay_${one}`);
  };
  const moved = async (one: string) => {
    while (((await metric(one)) ?? 0) === 0);
  };
  expect(await metric(line)).toBe(0);
  const end = await provoke({ url: relay.url, path, relay, clock, metric, moved });
  await moved(line);
  expect(await metric(line)).toBeGreaterThan(0);
  if (typeof end === "function") end();
}

async function raw(url: string, path: "/v1" | "/mpc" = "/v1"): Promise<RawSocket> {
  const socket = await RawSocket.connect(url, path);
  sockets.push({ terminate: () => socket.socket.destroy() });
  return socket;
}

async function connect(url: string): Promise<Client> {
  const client = await Client.connect(url);
  sockets.push(client.webSocket);
  return client;
}

async function connectMpc(url: string): Promise<MpcSocket> {
  const socket = await MpcSocket.connect(url);
  sockets.push(socket.webSocket);
  return socket;
}

/** Asks for a WebSocket as nobody is to get one. */
function ask(url: string, { protocol = V1, ...options }: { protocol?: string } & WebSocket.ClientOptions = {}): void {
  const socket = new WebSocket(url, protocol === "" ? [] : [protocol], options);
  socket.on("error", () => undefined);
  sockets.push(socket);
}

/** A relay that closes so slowly that there is somebody to ask; what is answered makes an end of it. */
async function beginToClose({ url, relay, clock }: Stage): Promise<() => void> {
  await connect(url);
  await connect(url);
  void relay.close({ drain: 60 });
  return () => clock.pass(60);
}

/** A member that takes nothing, and another one that sends until something waits for it. */
async function fillUp({ url, clock, metric }: Stage): Promise<void> {
  const [sender, slow] = [await connect(url), await connect(url)];
  await sender.call("Session.open", member(1));
  await slow.call("Session.open", member(2));
  slow.webSocket.pause();
  const session = member(1).session ?? "";
  for (let cseq = 1; ((await metric("waiting_bytes")) ?? 0) < 200_000; cseq++) {
    await sender.call("Session.message", { session, cseq, envelopes: [{ to: 0, body: "A".repeat(60_000) }] });
    // The waiting bytes are counted now and then.
    if (cseq % 25 === 0) clock.pass(0.5);
  }
}

/** A store that takes its time until it has to hurry. */
const slowStore = (() => {
  const store = createMemoryStore();
  let hurry: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    hurry = resolve;
  });
  return { ...store, hurry, append: (log: string, entry: string) => end.then(() => store.append(log, entry)) };
})();

const drops: { readonly [reason in (typeof dropReasons)[number]]: Provocation } = {
  "not-utf8": { provoke: async ({ url, path }) => (await raw(url, path)).frame(Uint8Array.of(0xc3, 0x28)) },
  "too-large": { provoke: async ({ url, path }) => (await raw(url, path)).frame(new Uint8Array(65_537).fill(0x20)) },
  binary: { provoke: async ({ url, path }) => (await raw(url, path)).frame(Uint8Array.of(1, 2, 3), { opcode: 2 }) },
  invalid: { provoke: async ({ url, path }) => (await raw(url, path)).text('{"jsonrpc":"2.0","id":1') },
  "unknown-method": {
    provoke: async ({ url, path }) => (await raw(url, path)).text('{"jsonrpc":"2.0","id":1,"method":"Relay.x"}'),
  },
  fragments: {
    async provoke({ url, path }) {
      const socket = await raw(url, path);
      socket.frame(Uint8Array.of(0x20), { fin: false });
      for (let i = 0; i < 64; i++) socket.frame(Uint8Array.of(0x20), { opcode: 0, fin: false });
    },
  },
  "bad-frame": { provoke: async ({ url, path }) => (await raw(url, path)).frame(Uint8Array.of(0x20), { opcode: 3 }) },
  closing: {
    async provoke(stage) {
      const client = await raw(stage.url, stage.path);
      const asked = once(client.socket, "data");
      const end = await beginToClose(stage);
      stage.clock.pass(1);
      await asked;
      client.text("{}");
      return end;
    },
  },
};

const closes: { readonly [reason in (typeof closeReasons)[number]]: Provocation } = {
  client: { provoke: async ({ url }) => (await connect(url)).close() },
  silent: {
    async provoke({ url, clock }) {
      const client = await connect(url);
      clock.pass(10);
      await client.closed();
    },
  },
  stalled: {
    options: { limits: unpaced },
    async provoke(stage) {
      await fillUp(stage);
      stage.clock.pass(30);
    },
  },
  "no-pong": {
    async provoke({ url, clock, moved }) {
      await raw(url, "/mpc");
      await moved(`connections_opened_total{dialect="${MPC}"}`);
      clock.pass(40);
    },
  },
  restart: {
    async provoke(stage) {
      const end = await beginToClose(stage);
      stage.clock.pass(1);
      return end;
    },
  },
  expired: {
    options: { sessionLife: 60, pingInterval: 3_600 },
    async provoke({ url, clock }) {
      const { group, members } = await team(url, { size: 2 });
      sockets.push(...members.map(({ webSocket }) => webSocket));
      const { uuid } = (await members[0]?.result<{ uuid: string }>("Session.create", [group, "keygen"])) ?? {};
      await members[0]?.result("Session.signup", [group, uuid, "keygen"]);
      clock.pass(60);
    },
  },
  protocol: { provoke: async ({ url }) => (await raw(url)).frame(Uint8Array.of(0x20), { opcode: 3 }) },
  refused: {
    async provoke({ url }) {
      const { group, members } = await team(url, { size: 2 });
      const third = await connectMpc(url);
      third.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "Group.join", params: group }));
      await third.closed();
      for (const { webSocket } of members) webSocket.terminate();
    },
  },
  failed: {
    options: {
      limits: unpaced,
      store: { ...createMemoryStore(), read: () => Promise.reject(new Error("unreadable")) },
    },
    async provoke({ url }) {
      const sender = await connect(url);
      await sender.call("Session.open", member(1));
      const session = member(1).session ?? "";
      // More than the relay keeps in memory, so that who comes later is told from the store.
      for (let cseq = 1; cseq <= 150; cseq++) {
        await sender.call("Session.message", { session, cseq, envelopes: [{ to: 0, body: "A".repeat(60_000) }] });
      }
      const late = await connect(url);
      await late.call("Session.open", member(2));
      await late.closed();
    },
  },
};

const refusals: { readonly [reason in (typeof refusalReasons)[number]]: Provocation } = {
  origin: {
    options: { origins: ["https://example.org"] },
    provoke: ({ url }) => ask(`${url}/v1`, { origin: "https://example.com" }),
  },
  token: { options: { accessTokens: tokens }, provoke: ({ url }) => ask(`${url}/v1`) },
  connections: {
    options: { limits: { connections: 1 } },
    async provoke({ url }) {
      await connect(url);
      ask(`${url}/v1`);
    },
  },
  address: {
    options: { limits: { connectionsPerAddress: 1 } },
    async provoke({ url }) {
      await connect(url);
      ask(`${url}/v1`);
    },
  },
  rate: {
    options: { limits: { newConnectionsPerSecond: 1 } },
    async provoke({ url }) {
      await connect(url);
      ask(`${url}/v1`);
    },
  },
  path: { provoke: ({ url }) => ask(`${url}/v2`) },
  subprotocol: { provoke: ({ url }) => ask(`${url}/v1`, { protocol: "countersign.v0" }) },
  handshake: { provoke: ({ url }) => knock(`${url}/v1`, { "Sec-WebSocket-Version": "7" }) },
  draining: {
    async provoke(stage) {
      const end = await beginToClose(stage);
      ask(`${stage.url}/v1`);
      return end;
    },
  },
};

const pauses: { readonly [scope in (typeof paceScopes)[number]]: Provocation } = {
  connection: {
    options: { limits: { messagesPerSecond: 1 } },
    async provoke({ url }) {
      const socket = await raw(url);
      for (let i = 0; i < 3; i++) socket.text("{}");
    },
  },
  address: {
    options: { limits: { addressMessagesPerSecond: 1 } },
    async provoke({ url }) {
      const socket = await raw(url);
      for (let i = 0; i < 3; i++) socket.text("{}");
    },
  },
  store: {
    options: { limits: { unansweredBytes: 64 * 1024 }, store: slowStore },
    async provoke({ url }) {
      const socket = await raw(url);
      const open = { jsonrpc: "2.0", id: 1, method: "Session.open", params: member(1) };
      for (let i = 0; i < 3; i++) socket.text(JSON.stringify(open).padEnd(60_000));
      return slowStore.hurry;
    },
  },
};

describe.each<[string, string, Readonly<Record<string, Provocation>>, readonly string[]]>([
  ["drops what comes to /v1", `dropped_messages_total{dialect="${V1}",reason="?"}`, drops, dropReasons],
  ["drops what comes to /mpc", `dropped_messages_total{dialect="${MPC}",reason="?"}`, drops, dropReasons],
  ["closes", `connections_closed_total{dialect="?",reason="?"}`, closes, closeReasons],
  ["refuses", `connections_refused_total{reason="?"}`, refusals, refusalReasons],
  ["pauses", `pauses_total{scope="?"}`, pauses, paceScopes],
])("the relay %s", (_what, line, provocations, reasons) => {
  it("for no reason that cannot be provoked", () => {
    expect(Object.keys(provocations).sort()).toEqual([...reasons].sort());
  });

  it.each(Object.keys(provocations))("%s", async (reason) => {
    const dialect = ["no-pong", "expired", "refused"].includes(reason) ? MPC : V1;
    const filled = line.replace('dialect="?"', `dialect="${dialect}"`).replace("?", reason);
    await expectMove(filled, provocations[reason] ?? { provoke: () => undefined });
  });
});

it("what goes through is counted: messages, bytes, calls and their time, events", async () => {
  const relay = await startRelay({ metrics: { host: "127.0.0.1", port: 0 } });
  running.push(relay);
  const metric = async (name: string, dialect: string) => {
    const text = await (await fetch(`${relay.metricsUrl}`)).text();
    return lineOf(text, `countersign_relay_${name}{dialect="${dialect}"}`);
  };
  const [one, two] = [await connect(relay.url), await connect(relay.url)];
  await one.call("Session.open", member(1));
  await two.call("Session.open", member(2));
  const session = member(1).session ?? "";
  await one.call("Session.message", { session, cseq: 1, envelopes: [{ to: 0, body: "A".repeat(1_000) }] });
  await two.event("message");
  await one.event("memberOnline");
  expect(await metric("connections_opened_total", V1)).toBe(2);
  expect(await metric("received_messages_total", V1)).toBe(3);
  expect(await metric("received_bytes_total", V1)).toBeGreaterThan(1_000);
  // Two that somebody has joined, and the message.
  expect(await metric("delivered_events_total", V1)).toBe(3);
  // Three answers, three events, and that somebody has come.
  expect(await metric("sent_messages_total", V1)).toBe(7);
  expect(await metric("sent_bytes_total", V1)).toBeGreaterThan(1_000);

  const { group, members } = await team(relay.url, { size: 2 });
  sockets.push(...members.map(({ webSocket }) => webSocket));
  await members[0]?.result("Session.create", [group, "keygen"]);
  await members[1]?.next();
  expect(await metric("received_messages_total", MPC)).toBe(3);
  expect(await metric("delivered_events_total", MPC)).toBe(1);
  expect(await metric("sent_messages_total", MPC)).toBe(4);
  const text = await (await fetch(`${relay.metricsUrl}`)).text();
  for (const [dialect, method] of [
    [V1, "Session.open"],
    [MPC, "Session.create"],
  ]) {
    const labels = `dialect="${dialect}",method="${method}"`;
    const calls = lineOf(text, `countersign_relay_calls_total{${labels},outcome="ok"}`);
    expect(calls).toBe(method === "Session.open" ? 2 : 1);
    expect(lineOf(text, `countersign_relay_call_duration_seconds_count{${labels}}`)).toBe(calls);
    expect(lineOf(text, `countersign_relay_call_duration_seconds_sum{${labels}}`)).toBeGreaterThan(0);
  }
});
