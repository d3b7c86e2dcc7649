import { p2tr, TEST_NETWORK, Transaction, utils } from "@scure/btc-signer";
import { expect, it } from "vitest";
import { describePayment, paidTo, readPayment } from "../src/payment.ts";

const secret = new Uint8Array(32).fill(7);
const payer = p2tr(utils.pubSchnorr(secret), undefined, TEST_NETWORK);
const payee = p2tr(utils.pubSchnorr(new Uint8Array(32).fill(8)), undefined, TEST_NETWORK).address ?? "";
const txid = "0123456789abcdef".repeat(4);
const own = payer.address ?? "";

/** A signed transaction with coins of these worths. */
function transaction(worths: readonly bigint[], outputs: readonly (readonly [string, bigint])[]) {
  const tx = new Transaction({ allowUnknownOutputs: true });
  const coins = new Map<string, bigint>();
  for (const [index, amount] of worths.entries()) {
    tx.addInput({ txid, index, witnessUtxo: { script: payer.script, amount }, tapInternalKey: payer.tapInternalKey });
    coins.set(`${txid}:${index}`, amount);
  }
  for (const [address, amount] of outputs) tx.addOutputAddress(address, amount, TEST_NETWORK);
  tx.addOutput({ script: Uint8Array.of(0x6a, 0x01, 0x2a), amount: 0n });
  tx.sign(secret);
  tx.finalize();
  return { raw: tx.extract(), coins, id: tx.id };
}

it("says what a transaction pays to whom, and its fee where the coins are known", () => {
  const { raw, coins, id } = transaction(
    [60_000n, 5_000n],
    [
      [payee, 50_000n],
      [own, 14_600n],
    ],
  );
  const payment = readPayment(raw, coins);
  expect(payment && describePayment(payment)).toEqual([
    `transaction ${id}, 2 inputs`,
    `pays 50000 sat to ${payee}`,
    `pays 14600 sat to ${own}`,
    "pays 0 sat to script 6a012a",
    "fee 400 sat",
  ]);
  expect(payment && paidTo(payee, payment)).toBe(50_000n);
  expect(payment && paidTo("elsewhere", payment)).toBe(0n);
});

it("does not make a fee up where it is not known", () => {
  const { raw, coins } = transaction([60_000n, 5_000n], [[payee, 50_000n]]);
  coins.delete(`${txid}:1`);
  const payment = readPayment(raw, coins);
  expect(payment).toMatchObject({ inputs: 2, unknown: 1, fee: undefined });
  expect(payment && describePayment(payment).at(-1)).toBe("fee not known: 1 of its inputs are not");
});

it("takes nothing for a transaction that can be none", () => {
  const { raw, coins } = transaction([60_000n], [[payee, 50_000n]]);
  for (let length = 0; length < raw.length; length++)
    expect(readPayment(raw.subarray(0, length), coins)).toBeUndefined();
  const out = new Map([...coins].map(([coin]) => [coin, 49_999n] as const));
  expect(readPayment(raw, out)).toBeUndefined();
  expect(readPayment(new Uint8Array(100), coins)).toBeUndefined();
});
