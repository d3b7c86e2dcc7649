import { createMemoryStore } from "@countersign/relay";
import { expect, it } from "vitest";
import { paceScopes } from "../../src/observe/meter.ts";
import { member } from "../client.ts";
import { team } from "../mpc/mpc-socket.ts";
import { connect, MPC, provokeEach, raw, sockets, start, V1 } from "./provocation.ts";
import { lineOf } from "./watched.ts";

/** A store that takes its time until it has to hurry. */
const slowStore = (() => {
  const store = createMemoryStore();
  let hurry: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    hurry = resolve;
  });
  const append: typeof store.append = (log, entry, waiter) => {
    void end.then(() => store.append(log, entry, waiter));
  };
  return { ...store, hurry, append };
})();

provokeEach(
  { what: "pauses", reasons: paceScopes, line: (scope) => `pauses_total{scope="${scope}"}` },
  {
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
    refusals: {
      options: { limits: { refusalsPerSecond: 1 } },
      async provoke({ url }) {
        const socket = await raw(url);
        for (let i = 0; i < 50; i++) socket.text("{}");
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
  },
);

it("what goes through is counted: messages, bytes, calls and their time, events", async () => {
  const relay = await start();
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
  // A session counts 4,096 and the four letters of its value, a message 8 more than its characters.
  const first = await (await fetch(`${relay.metricsUrl}`)).text();
  expect(lineOf(first, "countersign_relay_kept_bytes")).toBe(4_100 + 1_008);
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
  for (const [dialect, method, calls] of [
    [V1, "Session.open", 2],
    [V1, "Session.message", 1],
    [MPC, "Session.create", 1],
  ] as const) {
    const labels = `dialect="${dialect}",method="${method}"`;
    expect(lineOf(text, `countersign_relay_calls_total{${labels},outcome="ok"}`)).toBe(calls);
    expect(lineOf(text, `countersign_relay_call_duration_seconds_count{${labels}}`)).toBe(calls);
    expect(lineOf(text, `countersign_relay_call_duration_seconds_sum{${labels}}`)).toBeGreaterThan(0);
  }
});
