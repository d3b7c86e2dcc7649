import { accepted, type Decoded, equalBytes, refused } from "@countersign/wire";
import { SigHash, Transaction } from "@scure/btc-signer";
import { NO_SCRIPTS, outputScript } from "./taproot.ts";

/** An input that the group's key has to sign. */
export interface GroupInput {
  readonly index: number;
  /** BIP-341: of the scripts that could spend it as well; empty where there are none. */
  readonly merkleRoot: Uint8Array;
  readonly sighash: number;
}

/** What an input or an output holds. */
export interface Coin {
  readonly script: Uint8Array;
  /** Satoshi. */
  readonly amount: bigint;
}

/** A PSBT of which at least one input waits for the group's key. */
export interface GroupPsbt {
  readonly transaction: Transaction;
  /** What each input spends. */
  readonly spent: readonly Coin[];
  readonly outputs: readonly Coin[];
  readonly inputs: readonly GroupInput[];
  /** Places of inputs that the group's key can spend, too, and that bear a signature already. */
  readonly signed: readonly number[];
}

/** More inputs than fit into a transaction that nodes pass on. */
export const MAX_INPUTS = 1_000;

const knownSighashes: readonly number[] = Object.values(SigHash);

/** Reads a PSBT and finds the inputs of the group's key. Whatever cannot be signed is refused with a sentence that says why. */
export function readGroupPsbt(bytes: Uint8Array, groupKey: Uint8Array): Decoded<GroupPsbt> {
  const transaction = parse(bytes);
  if (transaction === undefined) return refused("wire.malformed", "this is no PSBT that can be read");
  const spent: Coin[] = [];
  const inputs: GroupInput[] = [];
  const signed: number[] = [];
  for (let index = 0; index < transaction.inputsLength; index++) {
    const coin = spentBy(transaction, index);
    if (coin === undefined) return refused("wire.malformed", `input ${index} of the PSBT does not say what it spends`);
    spent.push(coin);
    const input = groupInput(transaction, { index, coin, groupKey });
    if (input === undefined) continue;
    if (bearsSignature(transaction, index)) {
      signed.push(index);
      continue;
    }
    if (!knownSighashes.includes(input.sighash)) {
      return refused("wire.unknown-kind", `input ${index} of the PSBT asks for a sighash type that does not exist`);
    }
    inputs.push(input);
  }
  const outputs = outputsOf(transaction);
  if (outputs.length === 0) return refused("wire.malformed", "the PSBT pays nobody");
  if (sum(spent) < sum(outputs)) return refused("wire.malformed", "the PSBT pays more than it spends");
  if (inputs.length === 0) return refused("wire.malformed", "no input of the PSBT waits for a signature of this key");
  if (inputs.length > MAX_INPUTS) return refused("wire.too-long", `more than ${MAX_INPUTS} inputs of this key`);
  if (inputs.some(({ index, sighash }) => (sighash & 3) === SigHash.SINGLE && index >= outputs.length)) {
    return refused("wire.malformed", "an input of the PSBT signs for the output at its place, where there is none");
  }
  return accepted({ transaction, spent, outputs, inputs, signed });
}

/** What is signed for an input (BIP-341). */
export function sighashMessage({ transaction, spent }: GroupPsbt, { index, sighash }: GroupInput): Uint8Array {
  const scripts = spent.map(({ script }) => script);
  const amounts = spent.map(({ amount }) => amount);
  return transaction.preimageWitnessV1(index, scripts, sighash, amounts);
}

/** The sum of amounts. */
export function sum(coins: readonly Coin[]): bigint {
  return coins.reduce((total, { amount }) => total + amount, 0n);
}

function parse(bytes: Uint8Array): Transaction | undefined {
  try {
    // Inputs and outputs of others may be of any kind, and what others wrote beside them is passed on.
    const ofOthers = { allowUnknownInputs: true, allowUnknownOutputs: true, allowLegacyWitnessUtxo: true };
    return Transaction.fromPSBT(bytes, { ...ofOthers, unknown: "ignore" });
  } catch {
    return undefined;
  }
}

function spentBy(transaction: Transaction, at: number): Coin | undefined {
  const { witnessUtxo, nonWitnessUtxo, index } = transaction.getInput(at);
  return witnessUtxo ?? (index === undefined ? undefined : nonWitnessUtxo?.outputs[index]);
}

function groupInput(
  transaction: Transaction,
  { index, coin, groupKey }: { index: number; coin: Coin; groupKey: Uint8Array },
): GroupInput | undefined {
  const { tapMerkleRoot, sighashType = SigHash.DEFAULT } = transaction.getInput(index);
  const roots = tapMerkleRoot === undefined ? [NO_SCRIPTS] : [NO_SCRIPTS, tapMerkleRoot];
  const merkleRoot = roots.find((root) => equalBytes(coin.script, outputScript(groupKey, root)));
  return merkleRoot && { index, merkleRoot, sighash: sighashType };
}

function bearsSignature(transaction: Transaction, index: number): boolean {
  const { tapKeySig, finalScriptWitness } = transaction.getInput(index);
  return tapKeySig !== undefined || finalScriptWitness !== undefined;
}

function outputsOf(transaction: Transaction): Coin[] {
  return Array.from({ length: transaction.outputsLength }, (_, at) => {
    const { script = new Uint8Array(), amount = 0n } = transaction.getOutput(at);
    return { script, amount };
  });
}
