import { p2tr, p2wpkh, Transaction } from "@scure/btc-signer";
import { pubECDSA, pubSchnorr } from "@scure/btc-signer/utils.js";

export const aliceKey = new Uint8Array(32).fill(1);
export const bobKey = new Uint8Array(32).fill(2);
export const carolKey = new Uint8Array(32).fill(3);

/** A PSBT that spends a Taproot output of each of these keys. */
export function psbtOf(keys: readonly Uint8Array[] = [aliceKey, bobKey], { pays = 30_000n } = {}): Uint8Array {
  const transaction = new Transaction();
  for (const [i, key] of keys.entries()) {
    const { script, tapInternalKey } = p2tr(pubSchnorr(key));
    const witnessUtxo = { script, amount: BigInt(20_000 * (i + 1)) };
    transaction.addInput({ txid: new Uint8Array(32).fill(i + 1), index: 0, witnessUtxo, tapInternalKey });
  }
  transaction.addOutput({ script: p2wpkh(pubECDSA(carolKey)).script, amount: pays });
  return transaction.toPSBT();
}
