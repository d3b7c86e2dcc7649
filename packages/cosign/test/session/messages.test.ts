import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { confirmAll, gather, TestDaemon } from "./daemons.ts";

let relay: RunningRelay;
let alice: TestDaemon;
let bob: TestDaemon;
let id: string;

beforeEach(async () => {
  relay = await startRelay();
  alice = new TestDaemon(relay.url);
  bob = new TestDaemon(relay.url);
  id = await gather([alice, bob]);
  await confirmAll(id, [alice, bob]);
});

afterEach(async () => {
  await Promise.all([alice.stop(), bob.stop()]);
  await relay.close();
});

describe("cosign.recv", () => {
  it("waits for a message, and others are served meanwhile", async () => {
    const [first, second] = [bob.call("recv", id), bob.call("recv", id)];
    expect(await bob.call("status", id)).toMatchObject({ state: "active" });
    await alice.call("send", id, { n: 1 });
    await alice.call("send", id, { n: 2 });
    expect(await Promise.all([first, second])).toEqual([
      { payload: { n: 1 }, from: 1, seq: 1 },
      { payload: { n: 2 }, from: 1, seq: 2 },
    ]);
  });

  it("answers again what is behind a seq", async () => {
    for (const n of [1, 2, 3]) await alice.call("send", id, { n });
    for (const n of [1, 2]) expect(await bob.call("recv", id)).toMatchObject({ payload: { n } });
    expect(await bob.call("recv", id, 0, 1)).toEqual({ payload: { n: 2 }, from: 1, seq: 2 });
    expect(await bob.call("recv", id)).toMatchObject({ payload: { n: 3 } });
    expect(await bob.call("recv", id, 0, 3)).toEqual({ timeout: true });
    expect(await bob.call("recv", id, 0, 0)).toMatchObject({ payload: { n: 1 } });
  });

  it("answers what came before the other side closed", async () => {
    await alice.call("send", id, { n: 1 });
    await alice.call("close", id);
    expect(await bob.call("recv", id)).toMatchObject({ payload: { n: 1 } });
    expect(await bob.error("recv", id)).toMatchObject({ code: -1 });
  });

  it("ends when the daemon does", async () => {
    const waiting = bob.error("recv", id);
    await bob.stop();
    expect(await waiting).toEqual({ code: -9, message: "Shutting down" });
  });

  it.each([
    ["recv", -1],
    ["recv", 600_001],
    ["recv", 1.5],
    ["recv", 0, -1],
    ["resume", -1],
    ["handshake_auto", true, -1],
  ])("refuses %s with %j", async (method, ...params) => {
    expect(await bob.error(method, id, ...params)).toMatchObject({ code: -8 });
  });
});

describe("cosign.send", () => {
  it("sends under one idempotency_key once", async () => {
    const sent = { ok: true, seq: 1 };
    expect(await alice.call("send", id, { n: 1 }, "first")).toEqual(sent);
    expect(await alice.call("send", id, { n: 1 }, "first")).toEqual(sent);
    expect(await alice.error("send", id, { n: 2 }, "first")).toMatchObject({ code: -8 });
    expect(await alice.call("send", id, { n: 2 }, "second")).toEqual({ ok: true, seq: 2 });
    expect(await bob.call("recv", id)).toMatchObject({ payload: { n: 1 } });
    expect(await bob.call("recv", id)).toMatchObject({ payload: { n: 2 } });
    expect(await bob.call("recv", id, 0)).toEqual({ timeout: true });
  });

  it("refuses what cannot be sent, and loses nothing for it", async () => {
    expect(await alice.error("send", id, "no object")).toMatchObject({ code: -3 });
    expect(await alice.error("send", id, [1])).toMatchObject({ code: -3 });
    expect(await alice.error("send", id, { long: "x".repeat(1_048_000) })).toMatchObject({ code: -8 });
    expect(await alice.error("send", id, {}, "k".repeat(129))).toMatchObject({ code: -8 });
    expect(await alice.error("send", id, {}, null, 3)).toMatchObject({ code: -8 });
    expect(await alice.error("send", id, {}, null, 1)).toMatchObject({ code: -8 });
    await alice.call("send", id, { long: "x".repeat(1_000_000) });
    expect(await bob.call("recv", id)).toMatchObject({ seq: 1 });
  });

  it("arrives in order and once, both ways, however much there is", async () => {
    const numbers = Array.from({ length: 200 }, (_, n) => n);
    for (const n of numbers) {
      await alice.call("send", id, { n });
      await bob.call("send", id, { n });
    }
    for (const daemon of [alice, bob]) {
      for (const n of numbers) expect(await daemon.call("recv", id)).toMatchObject({ payload: { n }, seq: n + 1 });
    }
  });
});
