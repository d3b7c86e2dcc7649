import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { Transaction } from "@scure/btc-signer";
import { concatBytes, taprootTweakPrivKey } from "@scure/btc-signer/utils.js";
import { describe, expect, it } from "vitest";
import { addPreSignatures, completePsbt, learnSecret } from "../../src/adaptor/pre-signed-psbt.ts";
import { PreSigning } from "../../src/adaptor/pre-signing.ts";
import { addKeyPathSignature, keyPathInputs, preSign } from "../../src/adaptor.ts";
import { aliceKey, bobKey, psbtOf } from "./two-party-psbt.ts";

// Alice knows the secret, and Bob's PSBT has come from her. Nothing that she has put into it keeps him from learning.
const secret = new Uint8Array(32).fill(9);
const adaptor = secp256k1.getPublicKey(secret, true);
const decoy = new Uint8Array(32).fill(8);
const decoyPoint = secp256k1.getPublicKey(decoy, true);
const tweaked = taprootTweakPrivKey(aliceKey);
const [aliceInput] = keyPathInputs(psbtOf());
const message = aliceInput?.message ?? new Uint8Array(32);

/** What Bob has after a round in which he gave this PSBT, and what Alice makes of it. */
function roundTrip(given: Uint8Array) {
  const signing = new PreSigning({ psbt: given, keys: [aliceKey, bobKey] });
  const nonces = signing.commit({ adaptor, entropy: new Uint8Array(32) });
  const clean = new PreSigning({ psbt: psbtOf(), keys: [aliceKey, bobKey] });
  clean.commit({ adaptor, entropy: new Uint8Array(32) });
  return { preSigned: signing.preSigned(), seen: clean.completed(secret), nonces };
}

function poison(more: Partial<{ adaptor: Uint8Array; preSignature: Uint8Array }>): Uint8Array {
  const preSignature = concatBytes(adaptor, new Uint8Array(32).fill(1));
  return addPreSignatures(psbtOf(), [{ index: 0, adaptor, preSignature, ...more }]);
}

function expectLearnt(preSigned: Uint8Array, seen: Uint8Array) {
  expect(learnSecret(preSigned, seen)).toEqual(secret);
  const read = Transaction.fromPSBT(completePsbt(preSigned, secret), { unknown: "ignore" });
  read.finalize();
  expect(read.isFinal).toBe(true);
}

describe("a PSBT that another has put pre-signatures into gives the secret away all the same,", () => {
  it.each([
    ["that are no points", poison({ preSignature: new Uint8Array(65) })],
    ["that are no scalars", poison({ preSignature: concatBytes(adaptor, new Uint8Array(32).fill(255)) })],
    ["that do not verify", poison({})],
  ])("%s", (_, given) => {
    const { preSigned, seen } = roundTrip(given);
    expectLearnt(preSigned, seen);
  });

  it("under the nonce of the real one", () => {
    const [nonce] = roundTrip(psbtOf()).nonces;
    const preSignature = concatBytes(nonce?.nonce ?? adaptor, new Uint8Array(32).fill(1));
    const { preSigned, seen } = roundTrip(poison({ preSignature }));
    expectLearnt(preSigned, seen);
  });

  it("good ones of an input of hers, with another secret", () => {
    const auxRand = new Uint8Array(32).fill(7);
    const preSignature = preSign({ message, adaptor: decoyPoint }, { secretKey: tweaked, auxRand });
    const given = addPreSignatures(psbtOf(), [{ index: 0, adaptor: decoyPoint, preSignature }]);
    const { preSigned, seen } = roundTrip(given);
    // She signs her own input anew: completes what she had put there, and not what she gave in the round.
    const bobs = Transaction.fromPSBT(seen).getInput(1).tapKeySig ?? new Uint8Array(64);
    const own = Transaction.fromPSBT(completeOf(preSignature), { unknown: "ignore" }).getInput(0).tapKeySig;
    const shown = addKeyPathSignature(addKeyPathSignature(psbtOf(), 0, own ?? new Uint8Array(64)), 1, bobs);
    expect(schnorr.verify(own ?? new Uint8Array(64), message, aliceInput?.outputKey ?? message)).toBe(true);
    expectLearnt(preSigned, shown);
  });
});

function completeOf(preSignature: Uint8Array): Uint8Array {
  return completePsbt(addPreSignatures(psbtOf(), [{ index: 0, adaptor: decoyPoint, preSignature }]), decoy);
}
