import type { GroupPsbt } from "./group-psbt.ts";
import type { PsbtReview } from "./review.ts";
import { amountText } from "./review-lines.ts";

interface Facts extends Pick<PsbtReview, "inputs" | "outputs" | "fee" | "feeRate"> {
  /** Addresses among the outputs that scripts can spend besides this key. */
  readonly scripted: readonly string[];
  /** How many inputs of this key bear a signature already. */
  readonly signed: number;
}

// Above these a fee is a mistake or a theft, in any market seen so far.
const HIGH_RATE = 500;
const HIGH_SHARE = 10n;
const HIGH_FEE = 10_000n;

/** What a person should know before signing. */
export function psbtWarnings(facts: Facts, { transaction }: GroupPsbt): string[] {
  const { inputs, outputs, fee, feeRate, scripted, signed } = facts;
  const warnings: string[] = [];
  const total = inputs.reduce((sum, { amount }) => sum + amount, 0n);
  if (fee > HIGH_FEE && fee * HIGH_SHARE > total)
    warnings.push(`The fee of ${amountText(fee)} is more than a tenth of what is spent.`);
  if (feeRate !== undefined && feeRate > HIGH_RATE)
    warnings.push(`The fee of ${feeRate} sat/vB is far above what a transaction costs.`);
  const foreign = inputs.filter(({ ours }) => !ours).length;
  if (foreign > 0)
    warnings.push(
      `${foreign === 1 ? "One input is" : `${foreign} inputs are`} not of this key: others sign too, or have signed.`,
    );
  if (signed > 0)
    warnings.push(
      `${signed === 1 ? "One input of this key bears a signature already and is" : `${signed} inputs of this key bear signatures already and are`} not signed now.`,
    );
  for (const address of scripted)
    warnings.push(
      `${address} is of this key and of scripts that this machine does not know: whoever fulfils one of them spends what goes there.`,
    );
  for (const [index, { sighash }] of inputs.entries()) {
    const warning = sighash === undefined ? undefined : sighashWarning(index, sighash);
    if (warning !== undefined) warnings.push(warning);
  }
  if (outputs.some(({ to }) => to.startsWith("script ")))
    warnings.push("An output has no address; its script is shown instead.");
  if (transaction.lockTime > 0) warnings.push(`The transaction is not valid before ${timeOf(transaction.lockTime)}.`);
  return warnings;
}

function sighashWarning(index: number, sighash: string): string | undefined {
  if (sighash === "DEFAULT" || sighash === "ALL") return undefined;
  const left = [
    ...(sighash.startsWith("NONE") ? ["all outputs"] : []),
    ...(sighash.startsWith("SINGLE") ? ["all outputs but the one at its place"] : []),
    ...(sighash.endsWith("ANYONECANPAY") ? ["the other inputs"] : []),
  ];
  return `Input ${index} is signed with ${sighash}: whoever has the signature may change ${left.join(" and ")}.`;
}

// BIP-113: below this number a lock time is a height.
function timeOf(lockTime: number): string {
  return lockTime < 500_000_000 ? `block ${lockTime}` : `second ${lockTime} since 1970 (UTC)`;
}
