import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { p2tr, p2wpkh, Transaction } from "@scure/btc-signer";
import { pubECDSA, pubSchnorr, taprootTweakPrivKey } from "@scure/btc-signer/utils.js";
import { describe, expect, it } from "vitest";
import {
  adapt,
  addKeyPathSignature,
  extractSecretAdaptor,
  keyPathInputs,
  preSign,
  verifyPreSignature,
} from "../../src/adaptor.ts";

const alice = new Uint8Array(32).fill(1);
const bob = new Uint8Array(32).fill(2);
const carol = new Uint8Array(32).fill(3);
const secret = new Uint8Array(32).fill(9);
const auxRand = new Uint8Array(32);

/** Taproot inputs of Alice and Bob, and one of Carol that is none. */
function psbt(): Uint8Array {
  const transaction = new Transaction();
  for (const [i, key] of [alice, bob].entries()) {
    const { script, tapInternalKey } = p2tr(pubSchnorr(key));
    const witnessUtxo = { script, amount: BigInt(10_000 * (i + 1)) };
    transaction.addInput({ txid: new Uint8Array(32).fill(i + 1), index: 0, witnessUtxo, tapInternalKey });
  }
  const { script } = p2wpkh(pubECDSA(carol));
  transaction.addInput({ txid: new Uint8Array(32).fill(7), index: 0, witnessUtxo: { script, amount: 5_000n } });
  transaction.addOutput({ script, amount: 30_000n });
  return transaction.toPSBT();
}

describe("the Taproot inputs of a PSBT", () => {
  it("are pre-signed by both, completed with the secret, and give it away to the other", () => {
    const adaptor = secp256k1.getPublicKey(secret, true);
    const inputs = keyPathInputs(psbt());
    expect(inputs.map(({ index }) => index)).toEqual([0, 1]);
    let signed = psbt();
    for (const [i, { index, message, outputKey }] of inputs.entries()) {
      const secretKey = taprootTweakPrivKey([alice, bob][i] ?? carol);
      const preSignature = preSign({ message, adaptor }, { secretKey, auxRand });
      expect(verifyPreSignature(preSignature, outputKey, { message, adaptor })).toBe(true);
      const signature = adapt(preSignature, secret);
      expect(extractSecretAdaptor(preSignature, signature)).toEqual(secret);
      signed = addKeyPathSignature(signed, index, signature);
    }
    expect(keyPathInputs(signed)).toEqual([]);
    // The library signs the third, and finds all in order.
    const transaction = Transaction.fromPSBT(signed);
    transaction.signIdx(carol, 2);
    transaction.finalize();
    expect(transaction.isFinal).toBe(true);
  });

  it("are what the library signs", () => {
    const transaction = Transaction.fromPSBT(psbt());
    for (const [i, { index, message, outputKey }] of keyPathInputs(psbt()).entries()) {
      transaction.signIdx([alice, bob][i] ?? carol, index);
      const { tapKeySig = new Uint8Array(0) } = transaction.getInput(index);
      expect(schnorr.verify(tapKeySig, message, outputKey)).toBe(true);
    }
  });

  it("cannot be known where one of all inputs is not", () => {
    const transaction = new Transaction();
    transaction.addInput({ txid: new Uint8Array(32), index: 0 });
    transaction.addOutput({ script: p2wpkh(pubECDSA(carol)).script, amount: 1n });
    expect(() => keyPathInputs(transaction.toPSBT())).toThrow("it is not known what input 0 spends");
    expect(() => keyPathInputs(new Uint8Array(3))).toThrow();
  });
});
