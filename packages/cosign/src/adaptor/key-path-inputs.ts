import { OutScript, SigHash, Transaction } from "@scure/btc-signer";

/** An input that is spent by the key path of Taproot, and what is signed for it. */
export interface KeyPathInput {
  readonly index: number;
  /** The output key, 32 bytes, x only: the key that the signature is verified by. */
  readonly outputKey: Uint8Array;
  /** What the internal key was tweaked with beside itself: the root of its scripts, 32 bytes; empty for none. */
  readonly merkleRoot: Uint8Array;
  /** What is signed, 32 bytes: of the whole transaction (SIGHASH_DEFAULT). */
  readonly message: Uint8Array;
}

/**
 * The inputs of a PSBT that spend a Taproot output and have no signature yet. Needs to know what every input spends,
 * since each signature is about all of them. Throws for what is no PSBT, where that is not known, and where another
 * signature hash is asked for.
 */
export function keyPathInputs(psbt: Uint8Array): readonly KeyPathInput[] {
  const transaction = readPsbt(psbt);
  const spent = Array.from({ length: transaction.inputsLength }, (_, index) => {
    const { index: output = 0, nonWitnessUtxo, witnessUtxo } = transaction.getInput(index);
    const found = witnessUtxo ?? nonWitnessUtxo?.outputs[output];
    if (found === undefined) throw new Error(`it is not known what input ${index} spends`);
    return found;
  });
  const scripts = spent.map(({ script }) => script);
  const amounts = spent.map(({ amount }) => amount);
  return scripts.flatMap((script, index) => {
    const input = transaction.getInput(index);
    const { finalScriptWitness, sighashType = SigHash.DEFAULT, tapKeySig, tapMerkleRoot } = input;
    const output = OutScript.decode(script);
    if (output.type !== "tr" || tapKeySig !== undefined || finalScriptWitness !== undefined) return [];
    if (sighashType !== SigHash.DEFAULT) throw new Error(`input ${index} asks for another hash than SIGHASH_DEFAULT`);
    const message = transaction.preimageWitnessV1(index, scripts, SigHash.DEFAULT, amounts);
    return [{ index, outputKey: output.pubkey, merkleRoot: tapMerkleRoot ?? new Uint8Array(0), message }];
  });
}

/** Puts the signature of a key-path input into a PSBT. Throws for what is no PSBT, and where there is no such input. */
export function addKeyPathSignature(psbt: Uint8Array, index: number, signature: Uint8Array): Uint8Array {
  const transaction = readPsbt(psbt);
  transaction.updateInput(index, { tapKeySig: signature }, true);
  return transaction.toPSBT();
}

/** Whether no input of a PSBT lacks a signature. Throws for what is no PSBT. */
export function isSigned(psbt: Uint8Array): boolean {
  const transaction = readPsbt(psbt);
  return Array.from({ length: transaction.inputsLength }, (_, index) => transaction.getInput(index)).every(
    ({ finalScriptSig, finalScriptWitness, tapKeySig }) => finalScriptSig ?? finalScriptWitness ?? tapKeySig,
  );
}

/** Reads a PSBT, with all that is in it beside what is understood here. Throws for what is none. */
export function readPsbt(psbt: Uint8Array): Transaction {
  return Transaction.fromPSBT(psbt, { allowUnknownInputs: true, allowUnknownOutputs: true, unknown: "ignore" });
}
