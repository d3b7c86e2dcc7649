import { concat } from "@countersign/wire";
import { SigHash } from "@scure/btc-signer";
import type { SigningResult } from "../signing-result.ts";
import type { Work } from "./signing-job.ts";

/** Puts the signatures to where they belong. They have been checked. */
export function finish({ psbt }: Work, signatures: readonly Uint8Array[]): SigningResult {
  if (psbt === undefined) return { kind: "message", signature: signatures[0] ?? new Uint8Array() };
  const { transaction, inputs } = psbt;
  for (const [at, { index, sighash }] of inputs.entries()) {
    const signature = signatures[at] ?? new Uint8Array();
    const tapKeySig = sighash === SigHash.DEFAULT ? signature : concat(signature, Uint8Array.of(sighash));
    transaction.updateInput(index, { tapKeySig }, true);
    transaction.finalizeIdx(index);
  }
  const done = { kind: "psbt", psbt: transaction.toPSBT() } as const;
  // Inputs of others may still be open.
  return transaction.isFinal ? { ...done, transaction: transaction.extract(), txid: transaction.id } : done;
}
