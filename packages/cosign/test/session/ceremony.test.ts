import { describe, expect, it } from "vitest";
import { confirmAll, gather } from "./daemons.ts";
import { daemonsForEachTest } from "./daemons-for-each-test.ts";

const { relay, start } = daemonsForEachTest();

describe("two parties", () => {
  it("go through the whole ceremony", async () => {
    const [alice, bob] = [start(), start()];
    const made = await alice.call("init", null, "the March payroll");
    const id = String(made["session_id"]);
    expect(made).toEqual({
      session_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      invite_link: expect.stringMatching(/^http:.*#\d+-[a-z-]+$/),
      invite_code: expect.stringMatching(/^\d+-[a-z-]+$/),
      qr_data: made["invite_link"],
      qr_error_correction: "M",
      sas: null,
      sas_numeric: null,
      transport_selected: "websocket",
      transport: "websocket",
      relay_url: relay().url,
    });
    expect(await bob.call("join", made["invite_link"])).toEqual({
      session_id: id,
      sas: null,
      sas_numeric: null,
      transport: "websocket",
      relay_url: relay().url,
    });

    // Who says what of the initiator is all the same.
    const [one, two] = await Promise.all([
      alice.call("handshake_auto", id, true),
      bob.call("handshake_auto", `"${id}"`, "true"),
    ]);
    expect(one).toEqual({
      handshake_complete: true,
      sas: expect.stringMatching(/^[a-z]+(-[a-z]+){4}$/),
      sas_numeric: expect.stringMatching(/^\d{6}$/),
      message: expect.stringContaining("cosign.confirm_sas"),
    });
    expect(two).toEqual(one);
    expect(await bob.call("handshake_auto", id)).toEqual(one);

    expect(await alice.call("confirm_sas", id, one["sas"])).toEqual({
      confirmed: true,
      peer_verified: false,
      waiting_for: [expect.stringMatching(/^party-/)],
      not_compared: [],
    });
    const confirmed = { confirmed: true, peer_verified: true, waiting_for: [], not_compared: [] };
    expect(await bob.call("confirm_sas", id, one["sas_numeric"], null, 10_000)).toEqual(confirmed);
    expect(await alice.call("confirm_sas", id, true, null, 10_000)).toEqual(confirmed);

    expect(await alice.call("send", id, { type: "psbt", psbt: "AA==" })).toEqual({ ok: true, seq: 1 });
    expect(await alice.call("send", id, '{"type":"more"}')).toEqual({ ok: true, seq: 2 });
    expect(await bob.call("recv", id)).toEqual({ payload: { type: "psbt", psbt: "AA==" }, from: 1, seq: 1 });
    expect(await bob.call("recv", id)).toEqual({ payload: { type: "more" }, from: 1, seq: 2 });
    expect(await bob.call("recv", id, 0)).toEqual({ timeout: true });
    expect(await bob.call("resume", id)).toEqual({
      missed_messages: [
        { seq: 1, timestamp: expect.any(Number), payload: { type: "psbt", psbt: "AA==" }, from: 1 },
        { seq: 2, timestamp: expect.any(Number), payload: { type: "more" }, from: 1 },
      ],
      current_seq: 2,
      buffer_size: 2,
      recoverable: true,
    });
    expect(await alice.call("status", id)).toMatchObject({
      state: "active",
      peer_verified: true,
      messages_sent: 2,
      messages_received: 0,
      ttl_sec: 1_800,
      transport: "websocket",
      context: "the March payroll",
      parties: [
        { number: 1, is_self: true, online: true, confirmed: true },
        { number: 2, is_self: false, online: true, confirmed: true },
      ],
    });

    expect(await alice.call("metrics")).toMatchObject({ active_sessions: 1, delivery_latency_ms: null });
    expect(await alice.call("close", id)).toEqual({ ok: true });
    expect(await alice.call("metrics")).toMatchObject({
      active_sessions: 0,
      total_messages: 2,
      bridge_health: { health_state: "healthy", consecutive_failures: 0 },
      handshake_latency_ms: expect.any(Number),
      delivery_latency_ms: expect.any(Number),
    });
    expect(await alice.error("status", id)).toEqual({ code: -8, message: "Unknown session_id" });
    expect(await bob.error("recv", id)).toEqual({
      code: -1,
      message: expect.stringMatching(/^COSIGN_SESSION_CLOSED: /),
    });
    expect(await bob.call("status", id)).toMatchObject({ state: "closed", peer_verified: true });
  });

  it("can neither send nor receive before the handshake, nor before both have confirmed", async () => {
    const [alice, bob] = [start(), start()];
    const id = await gather([alice, bob]);
    // Whatever the two have done already, nobody has confirmed anything.
    const early = {
      code: expect.any(Number),
      message: expect.stringMatching(/COSIGN_(HANDSHAKE_REQUIRED|SAS_UNCONFIRMED): /),
    };
    expect(await alice.error("send", id, {})).toEqual(early);
    const { sas } = await alice.call("handshake_auto", id);
    await alice.call("confirm_sas", id, sas);
    const unconfirmed = { code: -8, message: expect.stringMatching(/^COSIGN_SAS_UNCONFIRMED: /) };
    expect(await alice.error("send", id, {})).toEqual(unconfirmed);
    expect(await alice.error("recv", id)).toEqual(unconfirmed);
    expect(await alice.error("resume", id)).toEqual(unconfirmed);
    await bob.call("handshake_auto", id);
    await bob.call("confirm_sas", id, true, null, 10_000);
    expect(await bob.call("send", id, { n: 1 })).toEqual({ ok: true, seq: 1 });
    expect(await alice.call("confirm_sas", id, true, null, 10_000)).toMatchObject({ peer_verified: true });
    expect(await alice.call("recv", id)).toMatchObject({ payload: { n: 1 } });
  });

  it("end the session for both when one says that the words differ", async () => {
    const [alice, bob] = [start(), start()];
    const id = await gather([alice, bob]);
    await Promise.all([alice.call("handshake_auto", id), bob.call("handshake_auto", id)]);
    expect(await alice.error("confirm_sas", id, "aardvark-adroitness-aardvark-adroitness-aardvark")).toEqual({
      code: -25,
      message: expect.stringMatching(/^COSIGN_SAS_MISMATCH: /),
    });
    expect(await alice.call("status", id)).toMatchObject({ state: "confirming" });
    expect(await alice.call("confirm_sas", id, false)).toMatchObject({ confirmed: false, peer_verified: false });
    expect(await alice.error("send", id, {})).toMatchObject({
      message: expect.stringMatching(/^COSIGN_SESSION_CLOSED: /),
    });
    await expect(bob.call("confirm_sas", id, true, null, 10_000)).resolves.toMatchObject({ peer_verified: false });
    expect(await bob.call("status", id)).toMatchObject({ state: "failed", reason: expect.stringContaining("differ") });
  });
});

describe("more parties", () => {
  it("agree on one SAS, confirm it one by one, and all get what one sends", async () => {
    const all = [start(), start(), start()] as const;
    const [alice, bob, carol] = all;
    const made = await alice.named("init", { parties: 3, label: "alice" });
    const id = String(made["session_id"]);
    await bob.named("join", { invite_code: made["invite_code"], label: "bob" });
    await carol.named("join", { invite_code: made["invite_code"], label: "carol" });
    const done = await Promise.all(all.map((daemon) => daemon.call("handshake_auto", id)));
    const { sas } = done[0] ?? {};
    expect(done.map((one) => one["sas"])).toEqual([sas, sas, sas]);
    expect(await alice.error("confirm_sas", id, sas, "dave")).toMatchObject({ code: -8 });
    expect(await alice.call("confirm_sas", id, sas, "bob")).toMatchObject({
      confirmed: false,
      not_compared: ["carol"],
      waiting_for: ["this party", "bob", "carol"],
    });
    expect(await alice.call("confirm_sas", id, sas, "carol")).toMatchObject({ confirmed: true, not_compared: [] });
    await Promise.all([bob, carol].map((daemon) => daemon.call("confirm_sas", id, sas, null, 10_000)));
    await bob.call("send", id, { hello: "all" });
    await bob.named("send", { session_id: id, payload: { hello: "carol" }, to: 3 });
    expect(await alice.call("recv", id)).toEqual({ payload: { hello: "all" }, from: 2, seq: 1 });
    expect(await carol.call("recv", id)).toMatchObject({ payload: { hello: "all" } });
    expect(await carol.call("recv", id)).toMatchObject({ payload: { hello: "carol" } });
    expect(await alice.call("recv", id, 0)).toEqual({ timeout: true });
  });
});

describe("sessions of one daemon", () => {
  it("do not touch each other", async () => {
    const [alice, bob, mallory] = [start(), start(), start()];
    const good = await gather([alice, bob]);
    const bad = await alice.call("init");
    const [nameplate] = String(bad["invite_code"]).split("-");
    await mallory.call("join", `${nameplate}-aardvark-adroitness-aardvark-adroitness`);
    expect(await alice.error("handshake_auto", bad["session_id"])).toEqual({
      code: -1,
      message: expect.stringMatching(/^COSIGN_HANDSHAKE_FAILED: .*code/),
    });
    expect(await alice.call("status", bad["session_id"])).toMatchObject({ state: "failed" });
    await confirmAll(good, [alice, bob]);
    await alice.call("send", good, { n: 1 });
    expect(await bob.call("recv", good)).toMatchObject({ payload: { n: 1 } });
  });
});
