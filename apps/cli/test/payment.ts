import { randomBytes } from "node:crypto";
import { schnorr } from "@noble/curves/secp256k1.js";
import { Address, OutScript, TEST_NETWORK, Transaction, utils } from "@scure/btc-signer";

const REGTEST = { ...TEST_NETWORK, bech32: "bcrt" };
const AMOUNTS = [150_000n, 420_000n] as const;

export interface Payment {
  /** The PSBT. */
  readonly bytes: Uint8Array;
  /** Checks a transaction by BIP-340 against the sighash of BIP-341, without what signed it. Throws. */
  verify(transaction: string): void;
}

/** A payment of two coins that lie at a Taproot address of regtest. */
export function createPayment(address: string): Payment {
  const decoded = Address(REGTEST).decode(address);
  const script = OutScript.encode(decoded);
  const transaction = new Transaction();
  for (const amount of AMOUNTS) {
    transaction.addInput({ txid: randomBytes(32).toString("hex"), index: 0, witnessUtxo: { script, amount } });
  }
  const payee = utils.pubSchnorr(utils.randomPrivateKeyBytes());
  transaction.addOutput({ script: OutScript.encode({ type: "tr", pubkey: payee }), amount: 500_000n });
  transaction.addOutput({ script, amount: 69_000n });
  return {
    bytes: transaction.toPSBT(),
    verify(hex) {
      const signed = Transaction.fromRaw(Buffer.from(hex, "hex"));
      if (signed.id !== transaction.id) throw new Error("another transaction was signed");
      const key = script.subarray(2);
      AMOUNTS.forEach((_, index) => {
        const [signature] = signed.getInput(index).finalScriptWitness ?? [];
        const scripts = AMOUNTS.map(() => script);
        const message = signed.preimageWitnessV1(index, scripts, 0, [...AMOUNTS]);
        if (signature === undefined || !schnorr.verify(signature, message, key)) {
          throw new Error(`input ${index} is not signed`);
        }
      });
    },
  };
}
