import { base64 } from "@scure/base";
import { Transaction } from "@scure/btc-signer";
import { describe, expect, it } from "vitest";
import { limits } from "../../src/session/limits.ts";
import { confirmAll, eventually, gather, TestDaemon } from "./daemons.ts";
import { daemonsForEachTest } from "./daemons-for-each-test.ts";
import { ShiftedClock } from "./shifted-clock.ts";

const { relay, start } = daemonsForEachTest();

describe("cosign.init", () => {
  it.each([59, 86_401, 60.5])("refuses a ttl of %d", async (ttl) => {
    const error = { code: -8, message: "TTL must be between 60 and 86400 seconds" };
    expect(await start().error("init", null, null, "auto", ttl)).toEqual(error);
  });

  it.each([60, 86_400])("takes a ttl of %d", async (ttl) => {
    const daemon = start();
    const { session_id } = await daemon.call("init", null, null, "websocket", ttl);
    expect(await daemon.call("status", session_id)).toMatchObject({ ttl_sec: ttl, state: "waiting" });
  });

  it.each(["tor", "nostr", "webrtc", "ur", ""])("refuses the transport %j", async (transport) => {
    expect(await start().error("init", null, null, transport)).toMatchObject({ code: -8 });
  });

  it.each([1, 256, 2.5])("refuses %d parties", async (parties) => {
    expect(await start().error("init", null, null, "auto", 1_800, parties)).toMatchObject({ code: -8 });
  });

  it("checks a PSBT, and keeps it for the status", async () => {
    const daemon = start();
    const psbt = base64.encode(new Transaction().toPSBT(2));
    const { session_id } = await daemon.call("init", psbt);
    expect(await daemon.call("status", session_id)).toMatchObject({ psbt });
    for (const wrong of ["cHNidP8=", "no base64", psbt.slice(0, -8)]) {
      expect(await daemon.error("init", wrong)).toEqual({ code: -22, message: "PSBT decode failed" });
    }
  });

  it("says that there is no relay for a code that wants one, or that none can be reached", async () => {
    const alone = new TestDaemon(undefined);
    const disabled = { code: -1, message: "COSIGN_DISABLED: Bridge not configured (set -relay)" };
    expect(await alone.error("join", "7-revenge-guitarist-acme-adviser")).toEqual(disabled);
    const daemon = start();
    await relay().close();
    const unreachable = {
      code: -1,
      message: expect.stringMatching(/^Bridge communication failed after 1 attempt\(s\): /),
    };
    expect(await daemon.error("init")).toEqual(unreachable);
    expect(await daemon.call("metrics")).toMatchObject({
      active_sessions: 0,
      bridge_health: { health_state: "failed", consecutive_failures: 1, last_successful_ping: null },
      transport_failures: { ws: 1 },
    });
  });

  it("makes no more sessions than a daemon can hold", async () => {
    const clock = new ShiftedClock();
    const daemon = start({ clock });
    const { entries } = daemon.service as unknown as { entries: { opening: number } };
    entries.opening = limits.sessions;
    expect(await daemon.error("init")).toMatchObject({ code: -7 });
  });
});

describe("cosign.join", () => {
  it("takes a bare code, however it is typed", async () => {
    const [alice, bob] = [start(), start()];
    const made = await alice.call("init");
    const typed = ` ${String(made["invite_code"]).toUpperCase().replaceAll("-", " ")} `;
    expect(await bob.call("join", typed)).toMatchObject({ session_id: made["session_id"] });
  });

  it("finds what was joined, at the same time and later", async () => {
    const [alice, bob] = [start(), start()];
    const { invite_code: code, session_id } = await alice.call("init");
    const both = await Promise.all([bob.call("join", code), bob.call("join", code)]);
    expect(both.map((one) => one["already_joined"])).toEqual([undefined, true]);
    const { sas, sas_numeric } = await bob.call("handshake_auto", session_id);
    expect(await bob.call("join", code)).toMatchObject({
      session_id,
      sas,
      sas_numeric,
      already_joined: true,
      handshake_complete: true,
    });
  });

  it("refuses a session that was made here, and leaves it as it is", async () => {
    const [alice, bob] = [start(), start()];
    const { invite_code, session_id } = await alice.call("init");
    expect(await alice.error("join", invite_code)).toMatchObject({ code: -8 });
    expect(await alice.call("status", session_id)).toMatchObject({ state: "waiting" });
    // The place was claimed, and is free again only later.
    expect(await bob.error("join", invite_code)).toMatchObject({ code: -1 });
  });

  it.each([
    ["what is no code", "hello"],
    ["nothing", ""],
    ["a link to nowhere", "http://%/#7-revenge-guitarist-acme-adviser"],
    ["a code of another family", "cosign:?r=1&t=ws&h=00#c=word"],
    ["a word that is none", "7-revenge-guitarist-acme-advise"],
  ])("refuses %s before anything is sent", async (_, code) => {
    expect(await start().error("join", code)).toEqual({ code: -8, message: expect.stringMatching(/^invite_link: /) });
  });

  it("says that a code is unknown, or was used", async () => {
    const [alice, bob, carol] = [start(), start(), start()];
    const unknown = await bob.error("join", "999999-revenge-guitarist-acme-adviser");
    expect(unknown).toEqual({ code: -1, message: expect.stringMatching(/^Bridge error: .*relay.unknown-invitation/) });
    const { invite_code } = await alice.call("init");
    await bob.call("join", invite_code);
    expect(await carol.error("join", invite_code)).toMatchObject({ code: -1 });
  });

  it.each(["a\u0007b", "x".repeat(65), ""])("refuses the label %j", async (label) => {
    expect(await start().error("init", null, null, "auto", 1_800, 2, label)).toMatchObject({ code: -8 });
  });
});

describe("a session", () => {
  it("is known by its id, also in the form of a UUID and in upper case", async () => {
    const daemon = start();
    const id = String((await daemon.call("init"))["session_id"]);
    const uuid = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-").toUpperCase();
    expect(await daemon.call("status", uuid)).toMatchObject({ state: "waiting" });
    for (const wrong of ["", "0".repeat(32), `${id}0`]) {
      expect(await daemon.error("status", wrong)).toEqual({ code: -8, message: "Unknown session_id" });
    }
  });

  it("ends for all when its time is over, and is forgotten later", async () => {
    const clock = new ShiftedClock();
    const [alice, bob] = [start({ clock }), start()];
    const id = await gather([alice, bob]);
    await confirmAll(id, [alice, bob]);
    clock.pass(limits.ttl.default * 1_000);
    expect(await alice.call("status", id)).toMatchObject({ state: "expired" });
    expect((await alice.call("status", id))["age_sec"]).toBeGreaterThanOrEqual(limits.ttl.default);
    expect(await bob.error("recv", id)).toMatchObject({ message: expect.stringMatching(/^COSIGN_SESSION_CLOSED: /) });
    await eventually(() => alice.call("metrics")).toMatchObject({ active_sessions: 0 });
    clock.pass(limits.afterlife);
    expect(await alice.error("status", id)).toMatchObject({ code: -8 });
  });
});
