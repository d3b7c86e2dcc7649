import { encodeHex, equalBytes } from "@countersign/wire";
import { SigHash } from "@scure/btc-signer";
import { type GroupPsbt, sum } from "./group-psbt.ts";
import { type Network, networks } from "./network.ts";
import type { PsbtReview, ReviewedInput, ReviewedOutput } from "./review.ts";
import { amountText, coinText } from "./review-lines.ts";
import { psbtWarnings } from "./review-warnings.ts";
import { NO_SCRIPTS, outputScript } from "./taproot.ts";

/** What a PSBT does, in amounts and addresses. */
export function reviewPsbt(
  psbt: GroupPsbt,
  { groupKey, network, digest }: { groupKey: Uint8Array; network: Network; digest: string },
): PsbtReview {
  const inputs = reviewInputs(psbt);
  const outputs = reviewOutputs(psbt, groupKey, network);
  const fee = sum(psbt.spent) - sum(psbt.outputs);
  const ours = inputs.filter((input) => input.ours).reduce((total, { amount }) => total + amount, 0n);
  const change = outputs.filter((output) => output.change).reduce((total, { amount }) => total + amount, 0n);
  const vsize = finishedSize(psbt);
  const facts = {
    network,
    inputs,
    outputs,
    spent: ours - change,
    fee,
    ...(vsize !== undefined && { feeRate: Math.round((Number(fee) / vsize) * 10) / 10 }),
  };
  const warnings = psbtWarnings(facts, psbt);
  const lines = [
    `A Bitcoin transaction (${network}):`,
    ...outputs.map((output) => coinText(output)),
    `  ${amountText(fee)} fee${facts.feeRate === undefined ? "" : ` (${facts.feeRate} sat/vB)`}`,
    `It spends ${amountText(ours)} of this key in ${psbt.inputs.length} of ${inputs.length} inputs; ${amountText(facts.spent)} of it do not come back.`,
    ...warnings.map((warning) => `Warning: ${warning}`),
    `Digest ${digest}`,
  ];
  return { kind: "psbt", digest, lines, warnings, ...facts };
}

function reviewInputs({ transaction, spent, inputs }: GroupPsbt): ReviewedInput[] {
  return spent.map(({ amount }, index) => {
    const { txid, index: output } = transaction.getInput(index);
    const own = inputs.find((input) => input.index === index);
    const outpoint = `${encodeHex(txid ?? new Uint8Array())}:${output ?? 0}`;
    return own === undefined
      ? { outpoint, amount, ours: false }
      : { outpoint, amount, ours: true, sighash: sighashName(own.sighash) };
  });
}

/** Change is what goes back to where a coin of the group lies already, or to its plain address. */
function reviewOutputs(
  { transaction, spent, outputs, inputs }: GroupPsbt,
  groupKey: Uint8Array,
  network: Network,
): ReviewedOutput[] {
  const own = [outputScript(groupKey, NO_SCRIPTS), ...inputs.flatMap(({ index }) => spent[index]?.script ?? [])];
  return outputs.map(({ script, amount }, at) => ({
    to: addressAt(transaction, at, network) ?? `script ${encodeHex(script)}`,
    amount,
    change: own.some((each) => equalBytes(each, script)),
  }));
}

function addressAt(transaction: GroupPsbt["transaction"], at: number, network: Network): string | undefined {
  try {
    return transaction.getOutputAddress(at, networks[network]);
  } catch {
    return undefined;
  }
}

/** Virtual bytes with all signatures in; undefined where others' signatures, whose size nobody knows, are still missing. */
function finishedSize({ transaction, inputs }: GroupPsbt): number | undefined {
  if (inputs.length !== transaction.inputsLength) return undefined;
  // Four for each byte of the transaction, two for the mark of a witness, and per input a count, a length, a signature.
  const witness = inputs.reduce((weight, { sighash }) => weight + (sighash === SigHash.DEFAULT ? 66 : 67), 2);
  return Math.ceil((transaction.unsignedTx.length * 4 + witness) / 4);
}

function sighashName(sighash: number): string {
  return Object.entries(SigHash).find(([, value]) => value === sighash)?.[0] ?? `${sighash}`;
}
