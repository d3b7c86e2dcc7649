import type { ReviewedOutput } from "./review.ts";

/** `1,234,567 sat`. */
export function amountText(amount: bigint): string {
  return `${amount.toString().replaceAll(/\B(?=(\d{3})+$)/g, ",")} sat`;
}

/** One output as a line of the summary. */
export function coinText({ to, amount, change }: ReviewedOutput): string {
  return `  ${amountText(amount)} to ${to}${change ? " (change, comes back to this key)" : ""}`;
}
