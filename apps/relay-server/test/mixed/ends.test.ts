import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, describe, expect, it } from "vitest";
import { body, Client, secret, text } from "../client.ts";
import { ManualClock } from "../manual-clock.ts";
import { MpcSocket } from "../mpc/mpc-socket.ts";
import { company, event, pair, seat, signup } from "./company.ts";

const relays: RunningRelay[] = [];
const directories: string[] = [];
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.close();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

async function start(options: Parameters<typeof startRelay>[0] = {}): Promise<RunningRelay> {
  const relay = await startRelay(options);
  relays.push(relay);
  return relay;
}

const unknown = (id: string) => ({ error: { message: `group ${id} does not exist` } });

describe("a session of both ends for both", () => {
  it("when all have finished", async () => {
    const { group, session, mpc, client } = await pair((await start()).url);
    await mpc.ask("Session.finish", [group, session, 1]);
    expect(await client.event("memberFinished")).toMatchObject({ number: 1 });
    await client.call("Session.finish", { session });
    await client.event("sessionClosed");
    expect(await mpc.next()).toBe(event("sessionClosed", [1, 2]));
    expect(JSON.parse(await mpc.ask("Session.finish", [group, session, 1]))).toMatchObject(unknown(session));
    await expect(client.call("Session.finish", { session })).rejects.toThrow("relay.session-ended");
  });

  it("when the one that finishes last is a connection", async () => {
    const { group, session, mpc, client } = await pair((await start()).url);
    await client.call("Session.finish", { session });
    expect(await mpc.ask("Session.finish", [group, session, 1])).toBe('{"jsonrpc":"2.0","id":1}');
    expect(await mpc.next()).toBe(event("sessionClosed", [1, 2]));
    await client.event("sessionClosed");
  });

  it("when a member of countersign.v1 aborts it", async () => {
    const { group, session, mpc, client } = await pair((await start()).url);
    mpc.send(JSON.stringify({ jsonrpc: "2.0", method: "Session.join", params: [group, session, "keygen"] }));
    await client.call("Session.message", { session, cseq: 1, envelopes: [{ to: 0, body: body("last words") }] });
    await client.call("Session.abort", { session, reason: "changed-my-mind" });
    expect(await mpc.closed()).toEqual([4000, `session ${session} aborted`]);
    expect(mpc.texts.at(-1)).toContain(body("last words"));
    await expect(client.call("Session.finish", { session })).rejects.toThrow("relay.session-ended");
  });

  it("when nothing happens for its life", async () => {
    const clock = new ManualClock();
    const relay = await start({ clock, pingInterval: 1_000_000, sessionLife: 60 });
    const { session, mpc, client } = await pair(relay.url);
    clock.pass(60);
    expect(await client.event("sessionExpired")).toMatchObject({ session });
    expect(await mpc.closed()).toEqual([4000, `session ${session} expired`]);
  });
});

describe("a group", () => {
  it("that all connections leave goes on for whoever has a token, and connections can come back", async () => {
    const relay = await start();
    const made = await company(relay.url, { size: 2, parties: 4 });
    const [a, b] = made.members as [MpcSocket, MpcSocket];
    const { uuid: empty } = await a.result<{ uuid: string }>("Session.create", [made.group, "sign", null]);
    await made.client.call("Session.open", seat(made, 1, { parties: 4 }));
    for (const one of [a, b]) await one.close();
    const back = await MpcSocket.connect(relay.url);
    expect(await back.result("Group.join", made.group)).toMatchObject({ uuid: made.group, label: "team" });
    expect(await signup(made, back)).toBe(2);
    // Where nobody can come back there is nothing to come back to.
    expect(JSON.parse(await back.ask("Session.join", [made.group, empty, "sign"]))).toMatchObject(unknown(empty));
  });

  it("is gone with its last connection and its last session with a token", async () => {
    const clock = new ManualClock();
    const relay = await start({ clock, pingInterval: 1_000_000, sessionLife: 60 });
    const { group, mpc, client } = await pair(relay.url);
    await mpc.close();
    await client.event("memberOffline");
    clock.pass(60);
    await client.event("sessionExpired");
    const late = await MpcSocket.connect(relay.url);
    expect(await late.result("Group.join", group)).toMatchObject({ uuid: group });
    await late.close();
    clock.pass(60);
    const later = await MpcSocket.connect(relay.url);
    expect(JSON.parse(await later.ask("Group.join", group))).toMatchObject(unknown(group));
  });
});

it("a relay that starts again knows no connections, and members with a token go on with those that come", async () => {
  const directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
  directories.push(directory);
  const first = await startRelay({ data: directory });
  const made = await company(first.url, { size: 1, parties: 3 });
  const [mpc] = made.members as [MpcSocket];
  await signup(made, mpc);
  await made.client.call("Session.open", seat(made, 1, { parties: 3 }));
  const message = { round: 1, sender: 1, receiver: null, uuid: "x", body: 1 };
  await mpc.ask("Session.message", [made.group, made.session, "keygen", message]);
  await first.close();

  const second = await start({ data: directory });
  const client = await Client.connect(second.url);
  const resumed = await client.call("Session.resume", { session: made.session, token: secret(101), after: 1 });
  expect(resumed).toMatchObject({ number: 2, members: [{ number: 2, online: true }], missing: [1, 3] });
  await client.event("memberLeft");
  expect(client.events.map(({ name, params }) => [name, params["seq"], params["previous"]])).toEqual([
    ["message", 3, 1],
    ["memberLeft", 4, 3],
  ]);
  expect(client.bodies().map((one) => JSON.parse(text(one)))).toEqual([message]);
  const others = [await MpcSocket.connect(second.url), await MpcSocket.connect(second.url)];
  for (const [i, other] of others.entries()) {
    await other.result("Group.join", made.group);
    expect(await signup(made, other)).toBe([1, 3][i]);
  }
  for (const other of others) expect(await other.next()).toBe(event("sessionSignup", made.session));
  await client.call("Session.message", { session: made.session, cseq: 1, envelopes: [{ to: 3, body: body("three") }] });
  const heard = { round: 0, sender: 2, receiver: 3, uuid: made.session, body: body("three") };
  expect(await others[1]?.next()).toBe(event("sessionMessage", heard));
});
