import { type Clock, systemClock } from "@countersign/client";
import { sha256 } from "@noble/hashes/sha2.js";
import { hex } from "@scure/base";
import { beforeEach, describe, expect, it } from "vitest";
import { carryAll, confirmBoth, End, meetByHand } from "./carrying.ts";
import { eventually, TestDaemon } from "./daemons.ts";
import { leftOver, serve } from "./left-over.ts";
import { ShiftedClock } from "./shifted-clock.ts";

let alice: TestDaemon;
let bob: TestDaemon;

beforeEach(() => {
  alice = start();
  bob = start();
});

function start(relay?: string, clock: Clock = systemClock): TestDaemon {
  const daemon = new TestDaemon(relay, { clock });
  leftOver.push(() => daemon.stop());
  return daemon;
}

/** Packets whose sender says another eid, and whose checksum is right. */
function _forge(packets: string): string {
  const bytes = hex.decode(packets).subarray(0, -8);
  bytes.fill(7, 43, 75);
  return hex.encode(Uint8Array.of(...bytes, ...sha256(bytes).subarray(0, 8)));
}

describe("two daemons without a relay", () => {
  it("go through a whole ceremony by what somebody carries", async () => {
    const ends = await meetByHand([alice, bob]);
    const [a, b] = ends;
    expect(await carryAll(ends)).toBeLessThanOrEqual(10);
    expect(a.last).toMatchObject({ handshake_complete: true, peer_verified: false });
    expect([a.last["sas"], a.last["sas_numeric"]]).toEqual([b.last["sas"], b.last["sas_numeric"]]);
    expect(await alice.call("handshake_auto", a.id)).toMatchObject({ sas: b.last["sas"] });
    expect(await alice.error("send", a.id, { n: 1 })).toMatchObject({ code: -8 });
    expect(await bob.error("recv", b.id, 0)).toMatchObject({ code: -8 });
    await confirmBoth(ends);
    expect([a.last["peer_verified"], b.last["peer_verified"]]).toEqual([true, true]);

    expect(await alice.call("send", a.id, { n: 1 })).toEqual({ ok: true, seq: 1 });
    expect(await bob.call("send", b.id, { n: 2 })).toEqual({ ok: true, seq: 1 });
    await carryAll(ends);
    expect(await bob.call("recv", b.id, 0)).toEqual({ payload: { n: 1 }, from: 1, seq: 1 });
    expect(await alice.call("recv", a.id, 0)).toEqual({ payload: { n: 2 }, from: 2, seq: 1 });
    expect(await a.give()).toBe("");
    expect(await b.give()).toBe("");

    await alice.call("send", a.id, { n: 3 });
    const { packets } = await alice.call("close", a.id);
    await b.give(String(packets));
    expect(await bob.call("recv", b.id, 0)).toMatchObject({ payload: { n: 3 } });
    expect(await bob.call("status", b.id)).toMatchObject({ state: "closed" });
  });

  it("say what carries the session, and nothing of a SAS before there is one", async () => {
    const made = await alice.call("init");
    expect(made).toMatchObject({ transport: "hand", transport_selected: "hand", relay_url: "", sas: null });
    expect(made["invite_code"]).toMatch(/^0-[a-z]+-/);
    const id = made["session_id"];
    expect(await alice.call("status", id)).toMatchObject({ transport: "hand", relay_url: "", state: "waiting" });
    expect(await alice.call("handshake", id)).toMatchObject({
      handshake_complete: false,
      sas: null,
      sas_numeric: null,
    });
    expect(await alice.error("handshake_auto", id)).toMatchObject({
      code: -1,
      message: expect.stringMatching(/^COSIGN_HANDSHAKE_BY_HAND: /),
    });
    expect(await alice.error("send", id, {})).toMatchObject({ message: expect.stringMatching(/HANDSHAKE_REQUIRED/) });
    expect(await alice.named("init", { parties: 3 }).catch((error: unknown) => error)).toMatchObject({ code: -8 });
  });

  it("need not begin with the one who made it, and may have only the code and the packets", async () => {
    const made = await alice.call("init");
    const code = String(made["invite_code"]).toUpperCase().replaceAll("-", " ");
    expect(await bob.error("join", code)).toMatchObject({ code: -8 });
    const { packets } = await alice.call("handshake", made["session_id"]);
    const joined = await bob.named("join", { invite_code: code, packets });
    expect(joined).toMatchObject({ session_id: made["session_id"], transport: "hand", relay_url: "" });
    const again = await bob.named("join", { invite_code: code, packets });
    expect(again).toMatchObject({ already_joined: true, handshake_complete: false });
    const ends = [new End(bob, joined["session_id"]), new End(alice, made["session_id"])] as const;
    await carryAll(ends);
    expect(ends[0].last).toMatchObject({ handshake_complete: true, sas: ends[1].last["sas"] });
  });

  it("carry a long message in as many ways as it takes", async () => {
    const ends = await meetByHand([alice, bob]);
    await carryAll(ends);
    await confirmBoth(ends);
    const [a, b] = ends;
    const text = "x".repeat(900_000);
    for (const n of [1, 2, 3]) await alice.call("send", a.id, { n, text });
    await carryAll(ends);
    for (const n of [1, 2, 3])
      expect(await bob.call("recv", b.id, 0)).toEqual({ payload: { n, text }, from: 1, seq: n });
  });

  it("do not join what they made themselves", async () => {
    const { invite_link } = await alice.call("init");
    expect(await alice.error("join", invite_link)).toMatchObject({ code: -8 });
  });
});

describe("whoever carries", () => {
  it("may take longer on each way than a handshake at a relay has in all", async () => {
    const clock = new ShiftedClock();
    const ends = await meetByHand([start(undefined, clock), start(undefined, clock)]);
    let carried = await ends[0].give();
    for (let way = 1; carried !== ""; way++) {
      clock.pass(120_000);
      carried = await (ends[way % 2] as End).give(carried);
    }
    expect(ends[0].last).toMatchObject({ handshake_complete: true, sas: ends[1].last["sas"] });
    clock.pass(120_000);
    await confirmBoth(ends);
    expect(ends[0].last).toMatchObject({ peer_verified: true });
  });

  it("has as long as the session may live, at either end", async () => {
    const clock = new ShiftedClock();
    const [a, b] = await meetByHand([start(undefined, clock), start(undefined, clock)]);
    const carried = await b.give(await a.give());
    clock.pass(1_800_000);
    for (const end of [a, b]) {
      await eventually(() => end.daemon.call("status", end.id)).toMatchObject({ state: "expired", ttl_sec: 1_800 });
    }
    await a.give(carried);
    expect(a.last).toMatchObject({ sas: null, message: expect.stringMatching(/has ended: the time to live/) });
    expect(await b.give()).toBe(await b.give());
    expect(b.last).toMatchObject({ message: expect.stringMatching(/has ended: the time to live/) });
  });
});

describe("two who come at once by the same link", () => {
  it("do not both come in", async () => {
    const [a, b] = await meetByHand([alice, bob]);
    const carol = start();
    const other = new End(carol, (await carol.call("join", a.link))["session_id"]);
    const packets = [await b.give(), await other.give()];
    const outcomes = await Promise.allSettled(packets.map((one) => a.give(one)));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    await carryAll([a, b]);
    expect(a.last).toMatchObject({ handshake_complete: true, sas: b.last["sas"] });
  });
});

describe("a session that a relay knows", () => {
  it("goes by hand when the other party reaches no relay, and the relay lets go of it", async () => {
    const relay = await serve();
    const carol = start(relay.url);
    const made = await carol.named("init", { label: "carol" });
    const { packets, message } = await carol.call("handshake", made["session_id"]);
    expect(message).toMatch(/may still join there/);
    const joined = await bob.named("join", { invite_code: made["invite_link"], packets, label: "bob" });
    const ends = [new End(bob, joined["session_id"]), new End(carol, made["session_id"])] as const;
    await carryAll(ends);
    expect(ends[0].last).toMatchObject({ handshake_complete: true, sas: ends[1].last["sas"] });
    await confirmBoth(ends);
    await bob.call("send", ends[0].id, { n: 1 });
    await carryAll(ends);
    expect(await carol.call("recv", ends[1].id, 0)).toMatchObject({ payload: { n: 1 } });
    expect(await carol.call("status", ends[1].id)).toMatchObject({ transport: "hand", relay_url: "", state: "active" });
    const late = start(relay.url);
    await eventually(() => late.error("join", made["invite_code"])).toMatchObject({ code: -1 });
  });

  it("stays there once the other party has come over it", async () => {
    const relay = await serve();
    const [carol, dave] = [start(relay.url), start(relay.url)];
    const made = await carol.call("init");
    const id = made["session_id"];
    const { packets } = await carol.call("handshake", id);
    await dave.call("join", made["invite_code"]);
    const { sas } = await carol.call("handshake_auto", id);
    expect(await carol.call("handshake", id)).toMatchObject({ packets: "", handshake_complete: true, sas });
    const stranger = await bob.named("join", { invite_code: made["invite_code"], packets });
    const { packets: theirs } = await bob.call("handshake", stranger["session_id"]);
    expect(await carol.error("handshake", id, theirs)).toMatchObject({ code: -8 });
    expect(await dave.call("handshake_auto", id)).toMatchObject({ sas });
  });

  it("is for two parties", async () => {
    const relay = await serve();
    const carol = start(relay.url);
    const { session_id } = await carol.named("init", { parties: 3 });
    expect(await carol.error("handshake", session_id)).toMatchObject({ code: -8 });
  });
});
