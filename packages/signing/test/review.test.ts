import { SigHash, type Transaction } from "@scure/btc-signer";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type KeyShare,
  type Network,
  type Payload,
  type PsbtReview,
  payloadDigest,
  reviewPayload,
} from "../src/index.ts";
import { makeKey } from "./keys.ts";
import { coinId, groupOutput, groupOutputWithScript, payee, type Spend, spend, spendWithScript } from "./psbts.ts";

const transcript = new Uint8Array(32).fill(9);
let share: KeyShare;
let edwards: KeyShare;

beforeAll(async () => {
  share = (await makeKey({ suite: "secp256k1-taproot", numbers: [1, 2], threshold: 2 })).get(1) as KeyShare;
  edwards = (await makeKey({ suite: "ed25519", numbers: [1, 2], threshold: 2 })).get(1) as KeyShare;
});

function reviewed(payload: Payload, key = share, network: Network = "mainnet") {
  const review = reviewPayload(payload, key, { transcript, network });
  if (!review.ok) throw new Error(review.detail);
  return review.value;
}

function reviewedPsbt(transaction: Transaction, network: Network = "mainnet"): PsbtReview {
  const review = reviewed({ kind: "psbt", bytes: transaction.toPSBT() }, share, network);
  if (review.kind !== "psbt") throw new Error("not a PSBT");
  return review;
}

const refusal = (payload: Payload, key = share) => {
  const review = reviewPayload(payload, key, { transcript });
  return review.ok ? undefined : review.detail;
};

describe("the review of a PSBT", () => {
  test("says who gets how much, what comes back, and what it costs", () => {
    const review = reviewedPsbt(spend({ share, coins: [70_000n, 30_000n] }));
    const own = groupOutput(share).address;
    expect(review).toMatchObject({
      network: "mainnet",
      spent: 61_000n,
      fee: 1_000n,
      inputs: [
        { outpoint: `${coinId}:0`, amount: 70_000n, ours: true, sighash: "DEFAULT" },
        { outpoint: `${coinId}:1`, amount: 30_000n, ours: true, sighash: "DEFAULT" },
      ],
      outputs: [
        { to: payee.address, amount: 60_000n, change: false },
        { to: own, amount: 39_000n, change: true },
      ],
      warnings: [],
    });
    expect(review.lines).toEqual([
      "A Bitcoin transaction (mainnet):",
      `  60,000 sat to ${payee.address}`,
      `  39,000 sat to ${own} (change, comes back to this key)`,
      `  1,000 sat fee (${review.feeRate} sat/vB)`,
      "It spends 100,000 sat of this key in 2 of 2 inputs; 61,000 sat of it do not come back.",
      `Digest ${review.digest}`,
    ]);
  });

  test("does not take for change what a script may spend as well, not even where a coin of that script is spent", () => {
    // Whoever proposes this has sent the small coin to the key tweaked by a script of their own, and wants all to go there.
    const scripted = groupOutputWithScript(share);
    const transaction = spend({ share, coins: [100_000n], pays: 1_000n, change: 0n });
    const { script, tapInternalKey, tapMerkleRoot } = scripted;
    const witnessUtxo = { script, amount: 1_000n };
    transaction.addInput({ txid: "cc".repeat(32), index: 0, witnessUtxo, tapInternalKey, tapMerkleRoot });
    transaction.addOutput({ script, amount: 99_000n });
    const review = reviewedPsbt(transaction);
    expect(review.outputs[1]).toEqual({ to: scripted.address, amount: 99_000n, change: false });
    expect(review.spent).toBe(101_000n);
    expect(review.warnings).toEqual([
      `${scripted.address} is of this key and of scripts that this machine does not know: whoever fulfils one of them spends what goes there.`,
    ]);
    expect(reviewedPsbt(spendWithScript(share)).outputs.map(({ change }) => change)).toEqual([false, false]);
  });

  test("counts a coin of the key that bears a signature already as one of the key", () => {
    // Two proposals of one transaction, each with the other input marked as signed: either looks small by itself.
    const transaction = spend({ share, coins: [900_000n, 100_000n], pays: 999_000n, change: 0n });
    transaction.updateInput(0, { tapKeySig: new Uint8Array(64).fill(1) }, true);
    const review = reviewedPsbt(transaction);
    expect(review.inputs.map(({ ours, sighash }) => [ours, sighash])).toEqual([
      [true, undefined],
      [true, "DEFAULT"],
    ]);
    expect(review.spent).toBe(1_000_000n);
    expect(review.warnings).toEqual(["One input of this key bears a signature already and is not signed now."]);
    expect(review.lines).toContain(
      "It spends 1,000,000 sat of this key in 2 of 2 inputs; 1,000,000 sat of it do not come back.",
    );
  });

  test("shows the addresses of the network that is meant", () => {
    const [mainnet, testnet, regtest] = (["mainnet", "testnet", "regtest"] as const).map((network) =>
      reviewedPsbt(spend({ share }), network).outputs[0]?.to.slice(0, 4),
    );
    expect([mainnet, testnet, regtest]).toEqual(["bc1p", "tb1p", "bcrt"]);
  });

  test("has the fee rate of the transaction that comes out", async () => {
    const { signed } = await import("./signing.ts");
    const shares = await makeKey({ suite: "secp256k1-taproot", numbers: [1, 2], threshold: 2 });
    const transaction = spend({ share, coins: [70_000n, 30_000n] });
    const review = reviewedPsbt(transaction);
    const result = await signed({
      shares,
      signers: [1, 2],
      proposals: { 1: { kind: "psbt", bytes: transaction.toPSBT() } },
    });
    if (result.kind !== "psbt" || result.transaction === undefined) throw new Error("no transaction");
    const { Transaction: Parsed } = await import("@scure/btc-signer");
    const { vsize } = Parsed.fromRaw(result.transaction);
    expect(review.feeRate).toBe(Math.round(10_000 / vsize) / 10);
  });

  test.each<[string, Partial<Spend>, string]>([
    ["a fee that eats the coins", { change: 0n }, "The fee of 40,000 sat is more than a tenth of what is spent."],
    [
      "a rate far above all others",
      { coins: [10_000_000n], pays: 9_000_000n, change: 900_000n },
      "sat/vB is far above what a transaction costs",
    ],
    ["an input of others", { foreign: [5_000n] }, "One input is not of this key"],
    ["inputs of others", { foreign: [500n, 600n] }, "2 inputs are not of this key"],
    [
      "SIGHASH_NONE",
      { sighash: SigHash.NONE },
      "Input 0 is signed with NONE: whoever has the signature may change all outputs.",
    ],
    ["SIGHASH_SINGLE", { sighash: SigHash.SINGLE }, "may change all outputs but the one at its place."],
    ["ANYONECANPAY", { sighash: SigHash.ALL_ANYONECANPAY }, "may change the other inputs."],
    ["NONE with ANYONECANPAY", { sighash: SigHash.NONE_ANYONECANPAY }, "may change all outputs and the other inputs."],
    ["a height to wait for", { lockTime: 800_000 }, "not valid before block 800000"],
    ["a time to wait for", { lockTime: 1_800_000_000 }, "not valid before second 1800000000"],
  ])("warns of %s", (_, wanted, warning) => {
    const review = reviewedPsbt(spend({ share, ...wanted }));
    expect(review.warnings.join("\n")).toContain(warning);
    for (const each of review.warnings) expect(review.lines).toContain(`Warning: ${each}`);
  });

  test("does not warn of SIGHASH_ALL, which signs what DEFAULT does", () => {
    expect(reviewedPsbt(spend({ share, sighash: SigHash.ALL })).warnings).toEqual([]);
  });

  test("shows the script of an output without an address", () => {
    const transaction = spend({ share, change: 0n, pays: 99_000n });
    transaction.addOutput({ script: Uint8Array.of(0x6a, 2, 1, 2), amount: 0n });
    const review = reviewedPsbt(transaction);
    expect(review.outputs[1]).toEqual({ to: "script 6a020102", amount: 0n, change: false });
    expect(review.warnings).toEqual(["An output has no address; its script is shown instead."]);
  });

  test("knows no fee rate while signatures of others are missing", () => {
    const review = reviewedPsbt(spend({ share, foreign: [5_000n] }));
    expect(review).not.toHaveProperty("feeRate");
    expect(review.fee).toBe(6_000n);
    expect(review.spent).toBe(61_000n);
  });

  test.each<[string, () => Uint8Array, string]>([
    ["is none", () => Uint8Array.of(1, 2, 3), "no PSBT that can be read"],
    ["is cut short", () => spend({ share }).toPSBT().slice(0, -9), "no PSBT that can be read"],
    [
      "spends nothing of this key",
      () => spend({ share: { ...share, groupKey: otherKey() } }).toPSBT(),
      "no input of the PSBT waits for a signature of this key",
    ],
    ["pays more than it spends", () => spend({ share, pays: 99_000n }).toPSBT(), "pays more than it spends"],
    [
      "signs for an output that is not there",
      () => spend({ share, coins: [50_000n, 50_000n], change: 0n, sighash: SigHash.SINGLE }).toPSBT(),
      "where there is none",
    ],
    ["does not say what it spends", withoutUtxo, "input 1 of the PSBT does not say what it spends"],
    ["pays nobody", withoutOutputs, "the PSBT pays nobody"],
  ])("is refused where it %s", (_, bytes, detail) => {
    expect(refusal({ kind: "psbt", bytes: bytes() })).toContain(detail);
  });

  test("is refused with a key that has nothing to do with Bitcoin", () => {
    expect(refusal({ kind: "psbt", bytes: spend({ share }).toPSBT() }, edwards)).toBe("a key of ed25519 signs no PSBT");
  });

  test("is refused where the sighash type does not exist", () => {
    const bytes = spend({ share, sighash: SigHash.ALL }).toPSBT();
    // PSBT_IN_SIGHASH_TYPE: key 03, four bytes little-endian.
    const at = bytes.findIndex(
      (_, start) => bytes[start] === 1 && bytes[start + 1] === 3 && bytes[start + 2] === 4 && bytes[start + 3] === 1,
    );
    bytes[at + 3] = 0x44;
    expect(refusal({ kind: "psbt", bytes })).toBe("input 0 of the PSBT asks for a sighash type that does not exist");
  });

  function otherKey(): Uint8Array {
    const key = share.groupKey.slice();
    key.set(payee.tapInternalKey, 1);
    return key;
  }

  function withoutUtxo(): Uint8Array {
    const transaction = spend({ share });
    transaction.addInput({ txid: "dd".repeat(32), index: 0 });
    return transaction.toPSBT();
  }

  function withoutOutputs(): Uint8Array {
    const { script, tapInternalKey } = groupOutput(share);
    const transaction = spend({ share, change: 0n });
    const empty = new (transaction.constructor as typeof Transaction)();
    empty.addInput({ txid: "aa".repeat(32), index: 0, witnessUtxo: { script, amount: 1n }, tapInternalKey });
    return empty.toPSBT();
  }
});

describe("the review of a text", () => {
  test("shows every line of it, and says how long it is", () => {
    const review = reviewed({ kind: "text", text: "one\n  two\nthree €" });
    expect(review).toMatchObject({ kind: "text", bytes: 19, warnings: [] });
    expect(review.lines).toEqual(["Text of 19 bytes:", "  one", "    two", "  three €", `Digest ${review.digest}`]);
  });

  test.each([
    ["\u202e", "a mark that turns the direction"],
    ["\u001b[2J", "an order to the terminal"],
    ["\r", "a return to the start of the line"],
    ["\u200b", "a space of no width"],
    ["\u00a0", "a blank that is no space"],
    ["\u2028", "a separator of lines"],
    ["\u{e0041}", "a tag"],
    ["\u3164", "a filler"],
  ])("writes out %j: %s", (hidden) => {
    const review = reviewed({ kind: "text", text: `pay ${hidden}Bob` });
    expect(review.lines.join("")).not.toContain(hidden);
    expect(review.lines[1]).toContain("\\u");
    expect(review.warnings).toEqual([
      "The text holds characters that cannot be seen; they are written as \\u and four digits.",
    ]);
  });
});

describe("the review of bytes", () => {
  test("shows the first of them, how many there are, and their hash", () => {
    const review = reviewed({ kind: "bytes", bytes: Uint8Array.from({ length: 66 }, (_, at) => at) }, edwards);
    expect(review.lines[0]).toBe("66 bytes:");
    expect(review.lines[1]).toMatch(/^ {2}00 01 02 .* 3f … and 2 bytes more$/);
    expect(review.warnings[0]).toContain("Nobody can read these bytes");
  });

  test("has the hash of all of them", () => {
    const { lines } = reviewed({ kind: "bytes", bytes: new TextEncoder().encode("abc") }, edwards);
    expect(lines.slice(0, 3)).toEqual([
      "3 bytes:",
      "  61 62 63",
      "SHA-256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ]);
  });

  test("warns of what may be the hash of a transaction", () => {
    const payload: Payload = { kind: "bytes", bytes: new Uint8Array(32) };
    expect(reviewed(payload).warnings.join()).toContain("may spend with the signature");
    expect(reviewed(payload, edwards).warnings.join()).not.toContain("may spend with the signature");
    expect(reviewed({ kind: "text", text: "x".repeat(32) }).warnings.join()).toContain("may spend with the signature");
  });
});

describe("the digest", () => {
  const payload: Payload = { kind: "text", text: "pay the piper" };

  test("is four groups of four hex digits", () => {
    expect(payloadDigest(payload, share, transcript)).toMatch(/^[0-9a-f]{4}( [0-9a-f]{4}){3}$/);
  });

  test("differs with the payload, its kind, the session and the key", () => {
    const bytes: Payload = { kind: "bytes", bytes: new TextEncoder().encode("pay the piper") };
    const digests = [
      payloadDigest(payload, share, transcript),
      payloadDigest({ kind: "text", text: "pay the viper" }, share, transcript),
      payloadDigest(bytes, share, transcript),
      payloadDigest(payload, share, new Uint8Array(32)),
      payloadDigest(payload, edwards, transcript),
    ];
    expect(new Set(digests).size).toBe(5);
    expect(reviewed(payload).digest).toBe(digests[0]);
  });
});
