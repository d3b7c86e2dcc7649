import { equalBytes, utf8 } from "@countersign/wire";
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { Transaction } from "@scure/btc-signer";
import { concatBytes } from "@scure/btc-signer/utils.js";
import { addKeyPathSignature, type KeyPathInput, keyPathInputs, readPsbt } from "./key-path-inputs.ts";
import { adapt, extractSecretAdaptor, verifyPreSignature } from "./pre-signature.ts";

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
/** Takes all proprietary fields away, for which the library has no type: it only adds to them. */
const NO_FIELDS: object = { proprietary: undefined };

/**
 * Puts pre-signatures into a PSBT, beside those that it has (spec 0010, section 6.4); what stands there under the same
 * adaptor and nonce is replaced, since anybody may have put it there. Throws for what is no PSBT.
 */
export function addPreSignatures(psbt: Uint8Array, preSigned: readonly PreSignedInput[]): Uint8Array {
  const transaction = readPsbt(psbt);
  for (const { index, adaptor, preSignature } of preSigned) {
    const key = concatBytes(HEAD, adaptor, preSignature.subarray(0, POINT));
    const others = (transaction.getInput(index).proprietary ?? []).filter(([other]) => !equalBytes(other, key));
    transaction.updateInput(index, NO_FIELDS, true);
    transaction.updateInput(index, { proprietary: [...others, [key, preSignature.subarray(POINT)]] }, true);
  }
  return transaction.toPSBT();
}

/** What a PSBT holds as pre-signatures, whoever has put it there: none of it is verified. Throws for what is none. */
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
 * adaptor, 32 bytes; undefined if none of them completes one. Only an adaptor counts under which all inputs are
 * pre-signed: another party cannot do that alone, and so cannot show a secret of its choice. Throws for what is neither.
 */
export function learnSecret(psbt: Uint8Array, signed: Uint8Array): Uint8Array | undefined {
  const signatureOf = signaturesOf(signed);
  const inputs = keyPathInputs(psbt);
  const preSigned = preSignedInputs(psbt);
  for (const one of preSigned) {
    const secret = secretBehind(one, signatureOf(one.index));
    if (secret === undefined) continue;
    const alike = preSigned.filter(({ adaptor }) => equalBytes(adaptor, one.adaptor));
    if (inputs.every((input) => alike.some((other) => isOf(other, input)))) return secret;
  }
  return undefined;
}

/** Completes those pre-signatures of a PSBT whose adaptor has this secret, and that are good. Throws for what is none. */
export function completePsbt(psbt: Uint8Array, secret: Uint8Array): Uint8Array {
  const point = secp256k1.getPublicKey(secret, true);
  const inputs = keyPathInputs(psbt);
  const fitting = preSignedInputs(psbt).filter((one) => {
    return equalBytes(one.adaptor, point) && inputs.some((input) => isOf(one, input));
  });
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

/** Whether this is a good pre-signature of the input. */
function isOf(
  { index, adaptor, preSignature }: PreSignedInput,
  { outputKey, message, ...input }: KeyPathInput,
): boolean {
  return input.index === index && verifyPreSignature(preSignature, outputKey, { message, adaptor });
}

/** The secret of the adaptor, if the signature completes the pre-signature. */
function secretBehind(
  { adaptor, preSignature }: PreSignedInput,
  signature: Uint8Array | undefined,
): Uint8Array | undefined {
  if (signature?.length !== 64) return undefined;
  try {
    const secret = extractSecretAdaptor(preSignature, signature);
    return equalBytes(secp256k1.getPublicKey(secret, true), adaptor) ? secret : undefined;
  } catch {
    // No pre-signature, whatever it says.
    return undefined;
  }
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
