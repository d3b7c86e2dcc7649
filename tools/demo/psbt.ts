import { randomBytes } from "node:crypto";
import { p2tr, TEST_NETWORK, Transaction, utils } from "@scure/btc-signer";

/** An unsigned testnet payment that asks to be co-signed. */
export interface Payment {
  readonly bytes: Uint8Array;
  /** What it does, in a line. */
  readonly summary: string;
}

/** Two coins of a Taproot group key, a payment, the change, a fee; all keys and coins are made up anew each time. */
export function createPayment(): Payment {
  const group = p2tr(freshKey(), undefined, TEST_NETWORK);
  const payee = p2tr(freshKey(), undefined, TEST_NETWORK);
  const transaction = new Transaction();
  for (const amount of [150_000n, 420_000n]) {
    transaction.addInput({
      txid: randomBytes(32).toString("hex"),
      index: 0,
      witnessUtxo: { script: group.script, amount },
      tapInternalKey: group.tapInternalKey,
    });
  }
  transaction.addOutputAddress(addressOf(payee), 500_000n, TEST_NETWORK);
  transaction.addOutputAddress(addressOf(group), 69_000n, TEST_NETWORK);
  return { bytes: transaction.toPSBT(), summary: summarize(transaction) };
}

/** Reads a PSBT and says what it does; throws where the bytes are none. */
export function summarizePsbt(bytes: Uint8Array): string {
  return summarize(Transaction.fromPSBT(bytes));
}

function summarize(transaction: Transaction): string {
  const { inputsLength, outputsLength, fee } = transaction;
  const { amount = 0n } = transaction.getOutput(0);
  const address = transaction.getOutputAddress(0, TEST_NETWORK);
  return `${inputsLength} inputs, ${outputsLength} outputs: ${amount} sat to ${address}, fee ${fee} sat (testnet)`;
}

function freshKey(): Uint8Array {
  return utils.pubSchnorr(utils.randomPrivateKeyBytes());
}

function addressOf({ address }: { readonly address?: string }): string {
  if (address === undefined) throw new Error("a Taproot output without an address");
  return address;
}
