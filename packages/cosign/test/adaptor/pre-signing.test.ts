import { secp256k1 } from "@noble/curves/secp256k1.js";
import { base64, hex } from "@scure/base";
import { NETWORK, p2tr, TEST_NETWORK, Transaction, WIF } from "@scure/btc-signer";
import { taprootTweakPrivKey } from "@scure/btc-signer/utils.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PreSigning } from "../../src/adaptor/pre-signing.ts";
import { completePsbt, learnSecret, preSignedInputs, readCoinKeys } from "../../src/adaptor.ts";
import { decodeAdaptorMessage, encodeAdaptorMessage } from "../../src/session/adaptor-message.ts";
import { aliceKey, bobKey, psbtOf } from "./two-party-psbt.ts";

const secret = new Uint8Array(32).fill(9);
const adaptor = secp256k1.getPublicKey(secret, true);
const entropy = new Uint8Array(32);

describe("pre-signing", () => {
  it("has other nonces wherever anything is different, and where randomness comes again", () => {
    const nonces = [
      { psbt: psbtOf(), adaptor, entropy },
      { psbt: psbtOf(undefined, { pays: 1n }), adaptor, entropy },
      { psbt: psbtOf(), adaptor: secp256k1.getPublicKey(bobKey, true), entropy },
      { psbt: psbtOf(), adaptor, entropy: new Uint8Array(32).fill(1) },
    ].flatMap(({ psbt, ...options }) =>
      new PreSigning({ psbt, keys: [aliceKey, bobKey] }).commit(options).map(({ nonce }) => hex.encode(nonce)),
    );
    expect(nonces).toHaveLength(8);
    expect(new Set(nonces).size).toBe(8);
  });

  it("is done once", () => {
    const signing = new PreSigning({ psbt: psbtOf(), keys: [aliceKey] });
    signing.commit({ adaptor, entropy });
    expect(() => signing.commit({ adaptor, entropy })).toThrow();
  });

  it("finds the keys of outputs without and with scripts, and of output keys themselves", () => {
    const { script, tapInternalKey, tapMerkleRoot } = p2tr(
      secp256k1.getPublicKey(aliceKey, true).subarray(1),
      { script: Uint8Array.of(0x51) },
      undefined,
      true,
    );
    const transaction = Transaction.fromPSBT(psbtOf([bobKey], { pays: 20_000n }));
    const more = { tapInternalKey, tapMerkleRoot: tapMerkleRoot ?? new Uint8Array(0) };
    expect(more.tapMerkleRoot).toHaveLength(32);
    transaction.addInput({
      ...more,
      txid: new Uint8Array(32).fill(8),
      index: 0,
      witnessUtxo: { script, amount: 9_000n },
    });
    for (const keys of [
      [bobKey, aliceKey],
      [taprootTweakPrivKey(bobKey), aliceKey],
    ]) {
      const signing = new PreSigning({ psbt: transaction.toPSBT(), keys });
      expect(signing.commit({ adaptor, entropy }).map(({ index }) => index)).toEqual([0, 1]);
      expect(signing.takeCommitments([])).toBeUndefined();
      const completed = Transaction.fromPSBT(signing.completed(secret));
      completed.finalize();
      expect(completed.isFinal).toBe(true);
    }
    // The keys are still those of the caller.
    expect([aliceKey[0], bobKey[0]]).toEqual([1, 2]);
  });

  it("keeps what else is in a PSBT, and the pre-signatures of other rounds", () => {
    const foreign: [Uint8Array, Uint8Array] = [Uint8Array.of(1, 0x78, 0), Uint8Array.of(1)];
    const transaction = Transaction.fromPSBT(psbtOf(), { unknown: "ignore" });
    transaction.updateInput(0, { proprietary: [foreign] });
    const once = preSign(transaction.toPSBT(), 1);
    const twice = preSign(once, 2);
    expect(preSignedInputs(twice)).toHaveLength(4);
    const read = Transaction.fromPSBT(completePsbt(twice, secret), { unknown: "ignore" });
    expect(read.getInput(0).proprietary).toContainEqual(foreign);
    expect(read.getInput(0).tapKeySig).toHaveLength(64);
    expect(learnSecret(once, read.toPSBT())).toEqual(secret);
    // Of another round, with nonces of its own, nothing is learnt.
    expect(learnSecret(preSign(psbtOf(), 3), completePsbt(once, secret))).toBeUndefined();
    expect(completePsbt(once, bobKey)).toEqual(once);
  });
});

describe("keys of coins", () => {
  it("are WIF of either network or hexadecimal digits, with comments", () => {
    const lines = [
      "# the desk",
      WIF(NETWORK).encode(aliceKey),
      "",
      `  ${WIF(TEST_NETWORK).encode(bobKey)}  `,
      hex.encode(secret).toUpperCase(),
    ];
    expect(readCoinKeys(lines.join("\r\n"))).toEqual([aliceKey, bobKey, secret]);
  });

  it.each([["00".repeat(32)], ["ff".repeat(32)], ["01".repeat(31)], ["xprv9s21ZrQH143K"], [base64.encode(aliceKey)]])(
    "are not %s, which is not repeated",
    (line) => {
      expect(() => readCoinKeys(`\n${line}`)).toThrow(
        /^line 2 is no private key, neither WIF nor 64 hexadecimal digits$/,
      );
    },
  );
});

describe("messages of a round trip", () => {
  const round = "0f".repeat(16);
  it.each([
    { type: "commitments", round, transaction: secret, adaptor, commitments: [{ index: 1, nonce: adaptor }] },
    { type: "commitments", round, transaction: secret, adaptor: undefined, commitments: [] },
    { type: "partials", round, partials: [{ index: 0, scalar: secret }] },
    { type: "abort", round, reason: "timeout" },
  ] as const)("come back as they went: $type", (message) => {
    expect(decodeAdaptorMessage(JSON.parse(JSON.stringify(encodeAdaptorMessage(message))))).toEqual(message);
  });

  it("end a round also by a word that nobody knows", () => {
    for (const reason of ["constructor", "later", 1, undefined]) {
      const read = decodeAdaptorMessage({ type: "adaptor_abort", round, reason });
      expect(read).toEqual({ type: "abort", round, reason: "cancelled" });
    }
  });

  it("are read without a fault, whatever they are", () => {
    const types = fc.constantFrom("adaptor_commitments", "adaptor_partials", "adaptor_abort", "other");
    const near = fc.record(
      {
        type: types,
        round: fc.oneof(fc.constant(round), fc.jsonValue()),
        transaction: fc.oneof(fc.constant("00".repeat(32)), fc.jsonValue()),
        adaptor: fc.jsonValue(),
        commitments: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
        partials: fc.oneof(fc.array(fc.record({ input: fc.jsonValue(), partial: fc.jsonValue() })), fc.jsonValue()),
        reason: fc.jsonValue(),
      },
      { requiredKeys: ["type"] },
    );
    fc.assert(
      fc.property(near, (payload) => {
        const read = decodeAdaptorMessage(payload);
        return read === undefined || read.round === round;
      }),
    );
  });
});

function preSign(psbt: Uint8Array, n: number): Uint8Array {
  const signing = new PreSigning({ psbt, keys: [aliceKey, bobKey] });
  signing.commit({ adaptor, entropy: new Uint8Array(32).fill(n) });
  return signing.preSigned();
}
