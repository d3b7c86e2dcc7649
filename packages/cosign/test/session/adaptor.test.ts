import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { base64, hex } from "@scure/base";
import { p2wpkh, SigHash, Transaction } from "@scure/btc-signer";
import { pubECDSA } from "@scure/btc-signer/utils.js";
import { beforeEach, describe, expect, it } from "vitest";
import { keyPathInputs } from "../../src/adaptor.ts";
import { aliceKey, bobKey, carolKey, psbtOf } from "../adaptor/two-party-psbt.ts";
import { confirmAll, eventually, gather, type TestDaemon } from "./daemons.ts";
import { daemonsForEachTest } from "./daemons-for-each-test.ts";

const { start } = daemonsForEachTest();
const withKeys = (...keys: Uint8Array[]) => start({ coinKeys: async () => keys.map((key) => key.slice()) });
const psbt = base64.encode(psbtOf());

let alice: TestDaemon;
let bob: TestDaemon;
let id: string;

beforeEach(async () => {
  [alice, bob] = [withKeys(aliceKey), withKeys(carolKey, bobKey)];
  id = await gather([alice, bob]);
  await confirmAll(id, [alice, bob]);
});

/** Both call, the first one as the initiator. */
const together = (given = psbt) =>
  Promise.all([alice.call("adaptor_roundtrip", id, given, true), bob.call("adaptor_roundtrip", id, given, false)]);

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
    const sent = spy(alice);
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
    id = String(made["session_id"]);
    await bob.named("join", { invite_link: made["invite_code"], label: "treasury" });
    await confirmAll(id, [alice, bob]);
    const error = await alice.error("adaptor_roundtrip", id, psbt, role, null, 10);
    expect(error).toEqual({ code: -1, message: expect.stringMatching(/^COSIGN_ADAPTOR_TIMEOUT: treasury /) });
    // And the next one is not disturbed by what was left of it.
    const [one] = await together();
    expect(one).toMatchObject({ complete: true });
  });

  it("goes on with the newest round where the initiator has begun anew", async () => {
    const kept = spy(alice);
    const left = await alice.error("adaptor_roundtrip", id, psbt, true, null, 10);
    expect(left).toMatchObject({ code: -1 });
    expect(kept.map(({ type }) => type)).toEqual(["adaptor_commitments", "adaptor_abort"]);
    // An initiator whose process died has not said so.
    say(alice, { ...kept[0] });
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
    id = await gather([one, two]);
    await confirmAll(id, [one, two]);
    const [, error] = await Promise.all([
      one.error("adaptor_roundtrip", id, psbt, true),
      two.error("adaptor_roundtrip", id, psbt, false),
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

type Said = {
  readonly type?: string;
  readonly [name: string]: unknown;
  readonly commitments?: readonly { readonly input: number; readonly nonce: string }[];
  readonly partials?: readonly { readonly input: number; readonly partial: string }[];
};

describe("a party that cheats is found out, and gets nothing for it:", () => {
  const flipped = (digits: unknown) => String(digits).replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
  const other = hex.encode(secp256k1.getPublicKey(new Uint8Array(32).fill(5), true));
  const of = (type: string, change: (said: Said) => object) => (said: Said) =>
    said.type === type ? { ...said, ...change(said) } : said;
  const commitments = (change: (said: Said) => object) => of("adaptor_commitments", change);
  const partials = (change: (said: Said) => object) => of("adaptor_partials", change);

  const cheats: readonly (readonly [string, (said: Said) => object, RegExp])[] = [
    ["another transaction", commitments(({ transaction }) => ({ transaction: flipped(transaction) })), /MISMATCH/],
    ["no commitment", commitments(() => ({ commitments: [] })), /nobody has the key/],
    [
      "a commitment too many",
      commitments(({ commitments = [] }) => ({ commitments: [...commitments, ...commitments] })),
      /twice/,
    ],
    [
      "a commitment for an input that is none",
      commitments(() => ({ commitments: [{ input: 7, nonce: other }] })),
      /none that is to be signed/,
    ],
    [
      "a nonce that is no point",
      commitments(({ commitments = [] }) => ({
        commitments: commitments.map(({ input }) => ({ input, nonce: "05".repeat(33) })),
      })),
      /no point/,
    ],
    [
      "a commitment to another nonce",
      commitments(({ commitments = [] }) => ({
        commitments: commitments.map(({ input }) => ({ input, nonce: other })),
      })),
      /does not verify/,
    ],
    [
      "a partial that is wrong",
      partials(({ partials = [] }) => ({
        partials: partials.map(({ input, partial }) => ({ input, partial: flipped(partial) })),
      })),
      /does not verify/,
    ],
    [
      "a partial above the order",
      partials(({ partials = [] }) => ({
        partials: partials.map(({ input }) => ({ input, partial: "ff".repeat(32) })),
      })),
      /does not verify/,
    ],
    ["no partial", partials(() => ({ partials: [] })), /missing/],
    [
      "a partial of an input that is not its own",
      partials(() => ({ partials: [{ input: 9, partial: "01".repeat(32) }] })),
      /not committed to/,
    ],
    [
      "commitments in the place of partials",
      partials((said) => ({ ...said, type: "adaptor_commitments", transaction: "00".repeat(32), commitments: [] })),
      /out of turn/,
    ],
  ];

  it.each(cheats)("the initiator, by %s", async (_, change, found) => {
    const answers = spy(bob);
    tamper(alice, change);
    const [, error] = await Promise.all([
      alice.error("adaptor_roundtrip", id, psbt, true, null, 5_000),
      bob.error("adaptor_roundtrip", id, psbt, false, null, 5_000),
    ]);
    expect(error).toEqual({ code: -25, message: expect.stringMatching(found) });
    expect(answers.map(({ type }) => type)).not.toContain("adaptor_partials");
  });

  it("the initiator, by an adaptor that is no point, or another one than it signs for", async () => {
    const answers = spy(bob);
    for (const [adaptor, found] of [
      ["05".repeat(33), /no point/],
      [other, /does not verify/],
    ] as const) {
      const undo = tamper(
        alice,
        commitments(() => ({ adaptor })),
      );
      const [, error] = await Promise.all([
        alice.error("adaptor_roundtrip", id, psbt, true, null, 5_000),
        bob.error("adaptor_roundtrip", id, psbt, false, null, 5_000),
      ]);
      expect(error).toEqual({ code: -25, message: expect.stringMatching(found) });
      undo();
    }
    expect(answers.map(({ type }) => type)).not.toContain("adaptor_partials");
  });

  it.each(cheats)("the responder, by %s", async (_, change, found) => {
    tamper(bob, change);
    const [error] = await Promise.all([
      alice.error("adaptor_roundtrip", id, psbt, true, null, 5_000),
      bob.call("adaptor_roundtrip", id, psbt, false, null, 5_000).catch(() => undefined),
    ]);
    expect(error).toEqual({ code: -25, message: expect.stringMatching(found) });
  });

  it.each([
    ["no JSON of ours", { type: "adaptor_partials", round: "x" }],
    [
      "lists of something else",
      { type: "adaptor_commitments", round: "00".repeat(16), transaction: "00".repeat(32), commitments: [1] },
    ],
    ["an unknown type", { type: "adaptor_news", round: "00".repeat(16) }],
  ])("by %s, which is not looked at", async (_, payload) => {
    say(alice, payload);
    const [made] = await together();
    expect(made).toMatchObject({ complete: true });
  });
});

/** The way out of a daemon's session. */
function wireOf(daemon: TestDaemon) {
  type Wire = { send(message: { bytes: Uint8Array; to: number; round: number }): void };
  return (daemon.service.find(id).session as unknown as { options: { wire: Wire } }).options.wire;
}

/** Messages of round trips that a daemon sends from now on. */
function spy(daemon: TestDaemon): Said[] {
  const wire = wireOf(daemon);
  const said: Said[] = [];
  const send = wire.send.bind(wire);
  wire.send = (message) => {
    if (message.round === 1) said.push(JSON.parse(new TextDecoder().decode(message.bytes)).payload);
    send(message);
  };
  return said;
}

/** Changes what a daemon says in round trips, until it is undone. */
function tamper(daemon: TestDaemon, change: (said: Said) => object): () => void {
  const wire = wireOf(daemon);
  const send = wire.send.bind(wire);
  wire.send = (message) => {
    if (message.round !== 1) return send(message);
    const { payload } = JSON.parse(new TextDecoder().decode(message.bytes));
    send({ ...message, bytes: new TextEncoder().encode(JSON.stringify({ payload: change(payload) })) });
  };
  return () => {
    wire.send = send;
  };
}

function say(daemon: TestDaemon, payload: object): void {
  wireOf(daemon).send({ bytes: new TextEncoder().encode(JSON.stringify({ payload })), to: 0, round: 1 });
}
