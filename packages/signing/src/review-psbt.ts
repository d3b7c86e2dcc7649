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
  const scripted = scriptedAddresses(psbt, network);
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
  const warnings = psbtWarnings({ ...facts, scripted, signed: psbt.signed.length }, psbt);
  const lines = [
    `A Bitcoin transaction (${network}):`,
    ...outputs.map((output) => coinText(output)),
    `  ${amountText(fee)} fee${facts.feeRate === undefined ? "" : ` (${facts.feeRate} sat/vB)`}`,
    `It spends ${amountText(ours)} of this key in ${inputs.filter((input) => input.ours).length} of ${inputs.length} inputs; ${amountText(facts.spent)} of it do not come back.`,
    ...warnings.map((warning) => `Warning: ${warning}`),
    `Digest ${digest}`,
  ];
  return { kind: "psbt", digest, lines, warnings, ...facts };
}

function reviewInputs({ transaction, spent, inputs, signed }: GroupPsbt): ReviewedInput[] {
  return spent.map(({ amount }, index) => {
    const { txid, index: output } = transaction.getInput(index);
    const own = inputs.find((input) => input.index === index);
    const outpoint = `${encodeHex(txid ?? new Uint8Array())}:${output ?? 0}`;
    return own === undefined
      ? { outpoint, amount, ours: signed.includes(index) }
      : { outpoint, amount, ours: true, sighash: sighashName(own.sighash) };
  });
}

/**
 * Change is what goes back to the group's plain address, and nothing else: an output of this key with scripts can be made
 * by anybody who knows the key, with scripts of their own. That a coin lies there already says nothing of who knows them.
 */
function reviewOutputs({ transaction, outputs }: GroupPsbt, groupKey: Uint8Array, network: Network): ReviewedOutput[] {
  const own = outputScript(groupKey, NO_SCRIPTS);
  return outputs.map(({ script, amount }, at) => ({
    to: addressAt(transaction, at, network) ?? `script ${encodeHex(script)}`,
    amount,
    change: equalBytes(script, own),
  }));
}

/** Where outputs go that this key can spend, and scripts besides, as far as the PSBT shows it. */
function scriptedAddresses({ transaction, spent, outputs, inputs }: GroupPsbt, network: Network): readonly string[] {
  const scripts = inputs
    .filter(({ merkleRoot }) => merkleRoot.length > 0)
    .flatMap(({ index }) => spent[index]?.script ?? []);
  const found = outputs.flatMap(({ script }, at) =>
    scripts.some((each) => equalBytes(each, script)) ? (addressAt(transaction, at, network) ?? []) : [],
  );
  return [...new Set(found)];
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
