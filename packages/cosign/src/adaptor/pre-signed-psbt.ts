import { equalBytes, utf8 } from "@countersign/wire";
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { Transaction } from "@scure/btc-signer";
import { concatBytes } from "@scure/btc-signer/utils.js";
import { addKeyPathSignature, keyPathInputs, readPsbt } from "./key-path-inputs.ts";
import { adapt, extractSecretAdaptor } from "./pre-signature.ts";

/** A pre-signature of an input, with the adaptor point that it lacks the secret of. */
export interface PreSignedInput {
  readonly index: number;
  /** 33 bytes. */
  readonly adaptor: Uint8Array;
  /** 65 bytes. */
  readonly preSignature: Uint8Array;
}

const NAME = utf8("countersign");
/** What the keys of our fields begin with: the name of the owner with its length, and the number of the kind, 0. */
const HEAD = concatBytes(Uint8Array.of(NAME.length), NAME, Uint8Array.of(0));
/** What every PSBT begins with, and no transaction. */
const MAGIC = Uint8Array.of(0x70, 0x73, 0x62, 0x74, 0xff);
const POINT = 33;

/** Puts pre-signatures into a PSBT, beside those that it has (spec 0010, section 6.4). Throws for what is none. */
export function addPreSignatures(psbt: Uint8Array, preSigned: readonly PreSignedInput[]): Uint8Array {
  const transaction = readPsbt(psbt);
  for (const { index, adaptor, preSignature } of preSigned) {
    const key = concatBytes(HEAD, adaptor, preSignature.subarray(0, POINT));
    transaction.updateInput(index, { proprietary: [[key, preSignature.subarray(POINT)]] }, true);
  }
  return transaction.toPSBT();
}

/** The pre-signatures that a PSBT holds. Throws for what is none. */
export function preSignedInputs(psbt: Uint8Array): readonly PreSignedInput[] {
  const transaction = readPsbt(psbt);
  return Array.from({ length: transaction.inputsLength }, (_, index) => index).flatMap((index) => {
    const fields = transaction.getInput(index).proprietary ?? [];
    return fields.filter(isPreSignature).map(([key, scalar]) => {
      const points = key.subarray(HEAD.length);
      return {
        index,
        adaptor: points.subarray(0, POINT),
        preSignature: concatBytes(points.subarray(POINT), scalar),
      };
    });
  });
}

/**
 * What the signatures of a transaction, or of a PSBT of it, give away to who has its pre-signatures: the secret of their
 * adaptor, 32 bytes; undefined if none of them completes one. Throws for what is neither.
 */
export function learnSecret(psbt: Uint8Array, signed: Uint8Array): Uint8Array | undefined {
  const signatureOf = signaturesOf(signed);
  for (const { index, adaptor, preSignature } of preSignedInputs(psbt)) {
    const signature = signatureOf(index);
    if (signature?.length !== 64) continue;
    const secret = extractSecretAdaptor(preSignature, signature);
    if (secp256k1.utils.isValidSecretKey(secret) && equalBytes(secp256k1.getPublicKey(secret, true), adaptor)) {
      return secret;
    }
  }
  return undefined;
}

/** Completes those pre-signatures of a PSBT whose adaptor has this secret. Throws if one of them was none. */
export function completePsbt(psbt: Uint8Array, secret: Uint8Array): Uint8Array {
  const point = secp256k1.getPublicKey(secret, true);
  const fitting = preSignedInputs(psbt).filter(({ adaptor }) => equalBytes(adaptor, point));
  return completePreSigned(psbt, fitting, secret);
}

/** Completes pre-signatures of a PSBT, and puts the signatures into it. Throws if one does not become a signature. */
export function completePreSigned(
  psbt: Uint8Array,
  preSigned: readonly PreSignedInput[],
  secret: Uint8Array,
): Uint8Array {
  const inputs = new Map(keyPathInputs(psbt).map((input) => [input.index, input]));
  let completed = psbt;
  for (const { index, preSignature } of preSigned) {
    const input = inputs.get(index);
    // Signed already, by an earlier one.
    if (input === undefined || !inputs.delete(index)) continue;
    const signature = adapt(preSignature, secret);
    if (!schnorr.verify(signature, input.message, input.outputKey)) {
      throw new Error(`the pre-signature of input ${index} is not completed by this secret`);
    }
    completed = addKeyPathSignature(completed, index, signature);
  }
  return completed;
}

function isPreSignature([key, value]: readonly [Uint8Array, Uint8Array]): boolean {
  const isOurs = equalBytes(key.subarray(0, HEAD.length), HEAD);
  return isOurs && key.length === HEAD.length + 2 * POINT && value.length === 32;
}

function signaturesOf(signed: Uint8Array): (index: number) => Uint8Array | undefined {
  const isPsbt = equalBytes(signed.subarray(0, MAGIC.length), MAGIC);
  const transaction = isPsbt ? readPsbt(signed) : Transaction.fromRaw(signed, { allowUnknownOutputs: true });
  return (index) => {
    if (index >= transaction.inputsLength) return undefined;
    const { finalScriptWitness, tapKeySig } = transaction.getInput(index);
    return tapKeySig ?? finalScriptWitness?.[0];
  };
}
