import { randomBytes } from "node:crypto";
import { schnorr } from "@noble/curves/secp256k1.js";
import { Address, OutScript, TEST_NETWORK, Transaction, utils } from "@scure/btc-signer";

/** The coins that lie at the group's address. */
const COINS = [150_000n, 420_000n] as const;
const PAID = 500_000n;
const CHANGE = 69_000n;

/** An unsigned testnet payment from a Taproot address. */
export interface Payment {
  /** The PSBT. */
  readonly bytes: Uint8Array;
  /** What it does, in a line. */
  readonly summary: string;
  /** Whether this transaction is that payment, with a signature for each coin. */
  isPaidBy(transaction: string): boolean;
}

/** Spends all coins of an address: somebody is paid, the rest goes back. Coins and payee are made up anew each time. */
export function createPayment(address: string): Payment {
  const script = OutScript.encode(Address(TEST_NETWORK).decode(address));
  const unsigned = new Transaction();
  for (const amount of COINS) {
    unsigned.addInput({ txid: randomBytes(32).toString("hex"), index: 0, witnessUtxo: { script, amount } });
  }
  const payee = OutScript.encode({ type: "tr", pubkey: utils.pubSchnorr(utils.randomPrivateKeyBytes()) });
  unsigned.addOutput({ script: payee, amount: PAID });
  unsigned.addOutput({ script, amount: CHANGE });
  return {
    bytes: unsigned.toPSBT(),
    summary: `${COINS.length} coins, ${PAID} sat to somebody, ${CHANGE} sat back, fee ${unsigned.fee} sat (testnet)`,
    isPaidBy: (transaction) => isSigned(Transaction.fromRaw(Buffer.from(transaction, "hex")), unsigned.id, script),
  };
}

/**
 * Each input has one signature, and it holds by BIP-340 for the output key and the sighash of BIP-341. Nothing of what
 * has made the signature is used: the transaction is read anew, and hashed by @scure/btc-signer.
 */
function isSigned(transaction: Transaction, id: string, script: Uint8Array): boolean {
  const scripts = COINS.map(() => script);
  return (
    transaction.id === id &&
    COINS.every((_, index) => {
      const [signature, ...more] = transaction.getInput(index).finalScriptWitness ?? [];
      if (signature?.length !== 64 || more.length > 0) return false;
      // Behind OP_1 and the length: the output key.
      return schnorr.verify(
        signature,
        transaction.preimageWitnessV1(index, scripts, 0, [...COINS]),
        script.subarray(2),
      );
    })
  );
}
