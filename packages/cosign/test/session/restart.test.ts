import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { confirmAll, eventually, gather, TestDaemon } from "./daemons.ts";
import { Disk } from "./disk.ts";
import { ShiftedClock } from "./shifted-clock.ts";

/** A daemon whose process is killed and begun again. */
class Mortal {
  daemon: TestDaemon;
  disk = new Disk();
  readonly clock = new ShiftedClock();
  private readonly relay: string;

  constructor(relay: string) {
    this.relay = relay;
    this.daemon = this.begin();
  }

  /** From one moment to the next, without a word; another process begins. */
  async killed(): Promise<void> {
    const { daemon } = this;
    this.disk = this.disk.kill();
    for (const { session } of entriesOf(daemon)) session.options.relay.close();
    await this.begun();
  }

  /** Stopped in order; another process begins. */
  async stopped(): Promise<void> {
    await this.daemon.stop();
    await this.begun();
  }

  async begun(): Promise<void> {
    this.daemon = this.begin();
    await this.daemon.service.restore();
  }

  private begin(): TestDaemon {
    return new TestDaemon(this.relay, { store: this.disk, clock: this.clock });
  }
}

interface Inside {
  readonly session: { readonly options: { readonly relay: { close(): void } } };
}

function entriesOf({ service }: TestDaemon): Iterable<Inside> {
  return (service as unknown as { entries: { readonly all: readonly Inside[] } }).entries.all;
}

let relay: RunningRelay;
let alice: Mortal;
let bob: Mortal;

beforeEach(async () => {
  relay = await startRelay();
  alice = new Mortal(relay.url);
  bob = new Mortal(relay.url);
});

afterEach(async () => {
  // What is left over ends with the relay.
  await relay.close();
  await Promise.all([alice.daemon.stop(), bob.daemon.stop()]);
});

async function active(): Promise<string> {
  const id = await gather([alice.daemon, bob.daemon]);
  await confirmAll(id, [alice.daemon, bob.daemon]);
  return id;
}

const back = (mortal: Mortal, id: string) =>
  eventually(() => mortal.daemon.call("status", id).catch(() => ({}))).toMatchObject({ state: "active" });

describe.each([["killed"], ["stopped"]] as const)("a daemon that is %s and begins again", (how) => {
  it("has its sessions, their SAS and their numbers, and nobody is asked again", async () => {
    const id = await active();
    const { sas } = await alice.daemon.call("handshake_auto", id);
    await alice.daemon.call("send", id, { n: 1 }, "first");
    const before = await alice.daemon.call("status", id);
    await alice[how]();
    await back(alice, id);
    expect(await alice.daemon.call("status", id)).toMatchObject({
      peer_verified: true,
      messages_sent: 1,
      ttl_sec: before["ttl_sec"],
      relay_url: relay.url,
    });
    expect(await alice.daemon.call("handshake_auto", id)).toMatchObject({ sas });
    expect(await alice.daemon.call("confirm_sas", id, sas)).toMatchObject({ confirmed: true, peer_verified: true });
    expect(await alice.daemon.call("attest", id, "x")).toEqual({ challenge: `cosign|${id}|${sas}` });
    expect(await alice.daemon.call("send", id, { n: 1 }, "first")).toEqual({ ok: true, seq: 1 });
    expect(await alice.daemon.call("send", id, { n: 2 })).toEqual({ ok: true, seq: 2 });
    expect(await bob.daemon.call("recv", id)).toMatchObject({ payload: { n: 1 }, seq: 1 });
    expect(await bob.daemon.call("recv", id)).toMatchObject({ payload: { n: 2 }, seq: 2 });
  });

  it("answers what came before and nobody had asked for, in order and once", async () => {
    const id = await active();
    for (const n of [1, 2, 3]) await alice.daemon.call("send", id, { n });
    expect(await bob.daemon.call("recv", id)).toMatchObject({ payload: { n: 1 } });
    expect(await bob.daemon.call("recv", id)).toMatchObject({ payload: { n: 2 } });
    // A third call says that the answer before it arrived.
    expect(await bob.daemon.call("recv", id, 10_000, 2)).toMatchObject({ payload: { n: 3 } });
    await bob[how]();
    await back(bob, id);
    expect(await bob.daemon.call("resume", id, 2)).toMatchObject({
      missed_messages: [{ seq: 3, payload: { n: 3 } }],
      current_seq: 3,
      recoverable: true,
    });
    expect(await bob.daemon.call("resume", id)).toMatchObject({ recoverable: false });
    expect(await bob.daemon.call("recv", id)).toEqual({ payload: { n: 3 }, from: 1, seq: 3 });
    expect(await bob.daemon.call("recv", id, 0)).toEqual({ timeout: true });
    await bob.daemon.call("send", id, { n: 4 });
    expect(await alice.daemon.call("recv", id)).toMatchObject({ payload: { n: 4 } });
  });

  it("shows the same SAS while it is compared, and goes on where it was confirmed", async () => {
    const id = await gather([alice.daemon, bob.daemon]);
    const { sas } = await alice.daemon.call("handshake_auto", id);
    await bob.daemon.call("handshake_auto", id);
    await alice[how]();
    await eventually(() => alice.daemon.call("status", id).catch(() => ({}))).toMatchObject({ state: "confirming" });
    expect(await alice.daemon.call("handshake_auto", id)).toMatchObject({ sas });
    await alice.daemon.call("confirm_sas", id, sas);
    await alice[how]();
    const status = () => alice.daemon.call("status", id).catch(() => ({}));
    await eventually(status).toMatchObject({
      state: "confirming",
      parties: [{ confirmed: true }, { confirmed: false }],
    });
    expect(await alice.daemon.error("send", id, {})).toMatchObject({ message: expect.stringMatching(/UNCONFIRMED/) });
    await bob.daemon.named("confirm_sas", { session_id: id, sas, timeout_ms: 20_000 });
    await back(alice, id);
    await alice.daemon.call("send", id, { n: 1 });
    expect(await bob.daemon.call("recv", id)).toMatchObject({ payload: { n: 1 } });
  });

  it("goes on with a session that nobody has joined yet", async () => {
    const { invite_code, session_id } = await alice.daemon.call("init");
    await alice[how]();
    await bob.daemon.call("join", invite_code);
    await eventually(() => alice.daemon.call("status", session_id).catch(() => ({}))).toMatchObject({
      messages_sent: 0,
    });
    await confirmAll(String(session_id), [alice.daemon, bob.daemon]);
  });
});

describe("a message whose sending was acknowledged", () => {
  it("arrives once, however often either side is killed", async () => {
    const id = await active();
    const expected = Array.from({ length: 20 }, (_, n) => n);
    for (const n of expected) {
      // At the same time, so that what is sent has to wait for what was received to be written.
      await Promise.all([alice.daemon.call("send", id, { n }), bob.daemon.call("send", id, { n })]);
      if (n % 5 === 2) {
        await alice.killed();
        await back(alice, id);
      }
      if (n % 7 === 3) {
        await bob.killed();
        await back(bob, id);
      }
    }
    for (const { daemon } of [alice, bob]) {
      const got: unknown[] = [];
      for (const _ of expected) got.push((await daemon.call("recv", id))["payload"]);
      expect(got).toEqual(expected.map((n) => ({ n })));
      expect(await daemon.call("recv", id, 200)).toEqual({ timeout: true });
    }
  });

  it("is there although its sender ended the session while the receiver had no process", async () => {
    const id = await active();
    await alice.daemon.call("send", id, { n: 1 });
    await eventually(() => bob.daemon.call("status", id)).toMatchObject({ messages_received: 1 });
    const { disk } = bob;
    bob.disk = disk.kill();
    for (const { session } of entriesOf(bob.daemon)) session.options.relay.close();
    // Not in order: for that, both would have to say good-bye.
    await alice.daemon.call("confirm_sas", id, false);
    await eventually(() => alice.daemon.call("metrics")).toMatchObject({ active_sessions: 0 });
    await bob.begun();
    await eventually(() => bob.daemon.call("recv", id).catch(() => ({}))).toMatchObject({ payload: { n: 1 } });
    await eventually(() => bob.daemon.call("status", id)).toMatchObject({ state: "closed" });
    expect(await bob.daemon.error("send", id, {})).toMatchObject({ code: -1 });
  });
});

describe("a session whose relay cannot be reached", () => {
  it("is known, and taken up when it can", async () => {
    const id = await active();
    const port = Number(new URL(relay.url).port);
    await relay.close();
    await alice.killed();
    expect(await alice.daemon.error("status", id)).toMatchObject({
      message: expect.stringMatching(/^COSIGN_RESTORING/),
    });
    expect(await alice.daemon.call("metrics")).toMatchObject({ active_sessions: 1 });
    relay = await startRelay({ port });
    // This relay has forgotten everything, and says so.
    await eventually(() => alice.daemon.call("status", id).catch(() => ({}))).toMatchObject({ state: "expired" });
  });
});

describe("what is kept of a session", () => {
  it("goes when it is closed, and some time after it has ended", async () => {
    const id = await active();
    expect([alice.disk.size, bob.disk.size]).toEqual([1, 1]);
    await alice.daemon.call("close", id);
    expect(alice.disk.size).toBe(0);
    await eventually(() => bob.daemon.call("status", id)).toMatchObject({ state: "closed" });
    expect(bob.disk.size).toBe(1);
    bob.clock.pass(20 * 60_000);
    await eventually(() => bob.disk.size).toBe(0);
  });

  it("does not outlive its time", async () => {
    const id = await active();
    alice.disk = alice.disk.kill();
    for (const { session } of entriesOf(alice.daemon)) session.options.relay.close();
    alice.clock.pass(1_800_000);
    await alice.begun();
    await eventually(() => alice.daemon.call("status", id).catch(() => ({}))).toMatchObject({ state: "expired" });
  });
});
