import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { base64, hex } from "@scure/base";
import { p2wpkh, SigHash, Transaction } from "@scure/btc-signer";
import { pubECDSA } from "@scure/btc-signer/utils.js";
import { describe, expect, it } from "vitest";
import { keyPathInputs } from "../../src/adaptor.ts";
import { aliceKey, bobKey, carolKey, psbtOf } from "../adaptor/two-party-psbt.ts";
import { alice, bob, id, psbt, start, together, withKeys } from "./adaptor-pair.ts";
import { say, spy } from "./adaptor-wire.ts";
import { confirmAll, eventually, gather } from "./daemons.ts";

describe("an adaptor round trip", () => {
  it("gives the initiator a transaction, and whoever sees it the secret", async () => {
    const [made, answered] = await together();
    expect(made).toEqual({
      psbt: expect.any(String),
      complete: true,
      messages_sent: 2,
      messages_received: 2,
      adaptor_point: expect.stringMatching(/^0[23][0-9a-f]{64}$/),
      adaptor_secret: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(answered).toEqual({
      psbt: expect.any(String),
      complete: false,
      messages_sent: 2,
      messages_received: 2,
      adaptor_point: made["adaptor_point"],
    });
    expect(hex.encode(secp256k1.getPublicKey(hex.decode(String(made["adaptor_secret"])), true))).toBe(
      made["adaptor_point"],
    );

    const transaction = Transaction.fromPSBT(base64.decode(String(made["psbt"])));
    for (const { index, message, outputKey } of keyPathInputs(psbtOf())) {
      const { tapKeySig = new Uint8Array(0) } = transaction.getInput(index);
      expect(schnorr.verify(tapKeySig, message, outputKey)).toBe(true);
    }
    transaction.finalize();
    const learnt = { adaptor_secret: made["adaptor_secret"], psbt: expect.any(String), complete: true };
    expect(await bob.call("adaptor_extract", answered["psbt"], transaction.hex)).toEqual(learnt);
    expect(await bob.call("adaptor_extract", answered["psbt"], made["psbt"])).toEqual(learnt);
  });

  it("leaves the responder with nothing that is signed", async () => {
    const [, answered] = await together();
    const transaction = Transaction.fromPSBT(base64.decode(String(answered["psbt"])));
    expect([0, 1].map((index) => transaction.getInput(index).tapKeySig)).toEqual([undefined, undefined]);
    expect(await bob.error("adaptor_extract", answered["psbt"], psbt)).toMatchObject({ code: -25 });
    expect(await bob.error("adaptor_extract", answered["psbt"], "00")).toMatchObject({ code: -22 });
    expect(await bob.error("adaptor_extract", "00", psbt)).toMatchObject({ code: -22 });
  });

  it("takes the secret of a swap that has other legs", async () => {
    const adaptor_secret = hex.encode(new Uint8Array(32).fill(9));
    const legs = [psbtOf([aliceKey]), psbtOf([bobKey], { pays: 5_000n })].map((leg) => base64.encode(leg));
    const points = new Set();
    for (const leg of legs) {
      const asked = { session_id: id, psbt: leg, is_initiator: true, adaptor_secret };
      const [made, answered] = await Promise.all([
        alice.named("adaptor_roundtrip", asked),
        bob.call("adaptor_roundtrip", id, leg, false),
      ]);
      expect(made).toMatchObject({ complete: true, adaptor_secret });
      points.add(answered["adaptor_point"]);
    }
    expect(points.size).toBe(1);
  });

  it.each([
    ["the initiator", () => [alice, true, bob, false] as const],
    ["the responder", () => [bob, false, alice, true] as const],
  ])("waits for the other one where %s calls first", async (_, roles) => {
    const [first, isFirst, second, isSecond] = roles();
    const waiting = first.call("adaptor_roundtrip", id, psbt, isFirst);
    // Whoever waits is under way: a second call there is refused.
    await eventually(() => first.error("adaptor_roundtrip", id, psbt, isFirst)).toMatchObject({
      code: -8,
      message: expect.stringContaining("COSIGN_ADAPTOR_BUSY"),
    });
    const done = await second.call("adaptor_roundtrip", id, psbt, isSecond);
    expect(done["adaptor_point"]).toBe((await waiting)["adaptor_point"]);
  });

  it("is another one each time: no nonce, no adaptor and no secret comes again", async () => {
    const sent = spy(alice, id);
    const rounds = [await together(), await together()];
    expect(new Set(rounds.map(([made]) => made["adaptor_point"])).size).toBe(2);
    expect(new Set(rounds.map(([made]) => made["adaptor_secret"])).size).toBe(2);
    const nonces = sent.flatMap(({ commitments = [] }) => commitments.map(({ nonce }) => nonce));
    expect(nonces).toHaveLength(2);
    expect(new Set(nonces).size).toBe(2);
  });

  it("takes no message from callers, and gives them none", async () => {
    const looksAlike = { type: "adaptor_partials", round: "00".repeat(16), partials: [] };
    await alice.call("send", id, { n: 1 });
    await alice.call("send", id, looksAlike);
    await together();
    await alice.call("send", id, { n: 2 });
    for (const payload of [{ n: 1 }, looksAlike, { n: 2 }]) {
      expect(await bob.call("recv", id)).toMatchObject({ payload, from: 1 });
    }
    expect(await bob.call("recv", id, 0)).toEqual({ timeout: true });
    expect(await alice.call("recv", id, 0)).toEqual({ timeout: true });
    expect(await bob.call("resume", id)).toMatchObject({ buffer_size: 3, recoverable: true });
    expect(await alice.call("status", id)).toMatchObject({ messages_sent: 3, messages_received: 0 });
  });
});

describe("an adaptor round trip that cannot be", () => {
  it.each([true, false])("times out where nobody answers, and names who is missing (initiator: %j)", async (role) => {
    const made = await alice.named("init", { label: "alice" });
    const session = String(made["session_id"]);
    await bob.named("join", { invite_link: made["invite_code"], label: "treasury" });
    await confirmAll(session, [alice, bob]);
    const error = await alice.error("adaptor_roundtrip", session, psbt, role, null, 10);
    expect(error).toEqual({ code: -1, message: expect.stringMatching(/^COSIGN_ADAPTOR_TIMEOUT: treasury /) });
    // And the next one is not disturbed by what was left of it.
    const [one] = await together(psbt, session);
    expect(one).toMatchObject({ complete: true });
  });

  it("goes on with the newest round where the initiator has begun anew", async () => {
    const kept = spy(alice, id);
    const left = await alice.error("adaptor_roundtrip", id, psbt, true, null, 10);
    expect(left).toMatchObject({ code: -1 });
    expect(kept.map(({ type }) => type)).toEqual(["adaptor_commitments", "adaptor_abort"]);
    // An initiator whose process died has not said so.
    say(alice, id, { ...kept[0] });
    const waiting = bob.call("adaptor_roundtrip", id, psbt, false);
    const [made, answered] = await Promise.all([alice.call("adaptor_roundtrip", id, psbt, true), waiting]);
    expect(answered["adaptor_point"]).toBe(made["adaptor_point"]);
  });

  it("says on both sides that the transactions differ", async () => {
    const other = base64.encode(psbtOf([aliceKey, bobKey], { pays: 29_999n }));
    const errors = await Promise.all([
      alice.error("adaptor_roundtrip", id, psbt, true),
      bob.error("adaptor_roundtrip", id, other, false),
    ]);
    const mismatch = { code: -25, message: expect.stringContaining("COSIGN_ADAPTOR_MISMATCH") };
    expect(errors).toEqual([mismatch, mismatch]);
  });

  it("says whose key is missing", async () => {
    const foreign = base64.encode(psbtOf([aliceKey, bobKey, new Uint8Array(32).fill(8)]));
    const [, answered] = await Promise.all([
      alice.error("adaptor_roundtrip", id, foreign, true),
      bob.error("adaptor_roundtrip", id, foreign, false),
    ]);
    expect(answered).toEqual({ code: -25, message: expect.stringContaining("nobody has the key of input 2") });
  });

  it("says on both sides that both have the key of an input", async () => {
    const [one, two] = [withKeys(aliceKey, bobKey), withKeys(bobKey)];
    const session = await gather([one, two]);
    await confirmAll(session, [one, two]);
    const [, error] = await Promise.all([
      one.error("adaptor_roundtrip", session, psbt, true),
      two.error("adaptor_roundtrip", session, psbt, false),
    ]);
    expect(error).toEqual({ code: -25, message: expect.stringContaining("input 1 is signed by this party") });
  });

  it("refuses what cannot be pre-signed", async () => {
    const bare = new Transaction();
    bare.addInput({ txid: new Uint8Array(32), index: 0 });
    bare.addOutput({ script: p2wpkh(pubECDSA(carolKey)).script, amount: 1n });
    const all = Transaction.fromPSBT(psbtOf());
    all.updateInput(0, { sighashType: SigHash.SINGLE });
    for (const given of [bare.toPSBT(), all.toPSBT(), psbtOf([])]) {
      const error = await alice.error("adaptor_roundtrip", id, base64.encode(given), false);
      expect(error).toMatchObject({ code: -8, message: expect.stringContaining("cannot be pre-signed") });
    }
    expect(await alice.error("adaptor_roundtrip", id, "AAAA", true)).toMatchObject({ code: -22 });
    expect(await alice.error("adaptor_roundtrip", id, psbt, true, "00")).toMatchObject({ code: -8 });
    expect(await alice.error("adaptor_roundtrip", id, psbt, false, "01".repeat(32))).toMatchObject({ code: -8 });
  });

  it("is refused before the SAS is confirmed, and among three", async () => {
    const unconfirmed = await gather([alice, bob]);
    expect(await alice.error("adaptor_roundtrip", unconfirmed, psbt, true)).toMatchObject({ code: -1 });
    await Promise.all([alice, bob].map((daemon) => daemon.call("handshake_auto", unconfirmed)));
    expect(await alice.error("adaptor_roundtrip", unconfirmed, psbt, true)).toMatchObject({ code: -8 });
    const three = [alice, bob, start()] as const;
    const group = await gather(three);
    await confirmAll(group, three);
    expect(await alice.error("adaptor_roundtrip", group, psbt, true)).toMatchObject({ code: -8 });
  });

  it("ends with the session", async () => {
    const waiting = alice.error("adaptor_roundtrip", id, psbt, true);
    await bob.call("close", id);
    expect(await waiting).toEqual({ code: -1, message: expect.stringContaining("COSIGN_SESSION_CLOSED") });
  });
});
