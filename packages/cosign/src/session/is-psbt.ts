import { base64 } from "@scure/base";
import { Transaction } from "@scure/btc-signer";
import { limits } from "./limits.ts";

/** Whether a text is a PSBT in base64, of version 0 or 2, whatever it pays with and to. Never throws. */
export function isPsbt(text: string): boolean {
  if (text.length > (limits.psbt * 4) / 3) return false;
  try {
    const lenient = { allowUnknownInputs: true, allowUnknownOutputs: true, allowUnknownVersion: true } as const;
    Transaction.fromPSBT(base64.decode(text), lenient);
    return true;
  } catch {
    return false;
  }
}
