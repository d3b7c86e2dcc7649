import { encodeHex } from "@countersign/wire";
import { TEST_NETWORK, Transaction } from "@scure/btc-signer";

/** What a transaction pays, as far as its bytes and the known coins tell. Whether it is mined, they do not. */
export interface Payment {
  readonly id: string;
  readonly outputs: readonly {
    /** An address of testnet, or the script in hexadecimal where it is the script of none. */
    readonly to: string;
    /** In satoshi. */
    readonly amount: bigint;
  }[];
  readonly inputs: number;
  /** Inputs whose amounts are not known: a transaction names coins, and does not say what they are worth. */
  readonly unknown: number;
  /** In satoshi; undefined while an input is unknown. */
  readonly fee: bigint | undefined;
}

/** What coins are worth, in satoshi, by `TXID:INDEX`. A wallet has its own, a node those of everybody. */
export type Coins = ReadonlyMap<string, bigint>;

const ALL_COINS = 21_000_000n * 100_000_000n;

/** Reads a raw transaction, the body of a handshake message of type `tx`. Undefined for bytes that can be none. */
export function readPayment(raw: Uint8Array, coins: Coins): Payment | undefined {
  try {
    return paymentOf(Transaction.fromRaw(raw, { allowUnknownInputs: true, allowUnknownOutputs: true }), coins);
  } catch {
    return undefined;
  }
}

/** How much of a payment goes to an address, in satoshi. */
export function paidTo(address: string, { outputs }: Payment): bigint {
  return total(outputs.filter(({ to }) => to === address).map(({ amount }) => amount));
}

/** A payment for a person who decides. */
export function describePayment({ id, inputs, unknown, outputs, fee }: Payment): readonly string[] {
  return [
    `transaction ${id}, ${inputs} ${inputs === 1 ? "input" : "inputs"}`,
    ...outputs.map(({ to, amount }) => `pays ${amount} sat to ${to}`),
    fee === undefined ? `fee not known: ${unknown} of its inputs are not` : `fee ${fee} sat`,
  ];
}

function paymentOf(transaction: Transaction, coins: Coins): Payment | undefined {
  const { inputsLength, outputsLength } = transaction;
  const spent = count(inputsLength).map((i) => {
    const { txid, index } = transaction.getInput(i);
    return txid === undefined ? "" : `${encodeHex(txid)}:${index}`;
  });
  const outputs = count(outputsLength).map((i) => {
    const { amount = 0n, script = new Uint8Array(0) } = transaction.getOutput(i);
    return { to: addressOf(transaction, i) ?? `script ${encodeHex(script)}`, amount };
  });
  const worth = spent.map((coin) => coins.get(coin));
  const known = worth.filter((amount) => amount !== undefined);
  const pays = total(outputs.map(({ amount }) => amount));
  const fee = known.length === spent.length ? total(known) - pays : undefined;
  // No node would take these: a coin that is spent twice, more than there is, and out of nothing.
  if (inputsLength === 0 || new Set(spent).size < spent.length || pays > ALL_COINS || (fee ?? 0n) < 0n)
    return undefined;
  return { id: transaction.id, outputs, inputs: inputsLength, unknown: spent.length - known.length, fee };
}

/** Undefined for a script that no address stands for, such as one that carries data. */
function addressOf(transaction: Transaction, index: number): string | undefined {
  try {
    return transaction.getOutputAddress(index, TEST_NETWORK);
  } catch {
    return undefined;
  }
}

const count = (most: number) => Array.from({ length: most }, (_, i) => i);
const total = (amounts: readonly bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n);
