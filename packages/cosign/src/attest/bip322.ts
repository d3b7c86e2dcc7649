import { utf8 } from "@countersign/wire";
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { hex } from "@scure/base";
import { OutScript, RawTx, RawWitness, Script, SigHash, Transaction } from "@scure/btc-signer";
import { equalBytes, hash160, sha256x2, tagSchnorr } from "@scure/btc-signer/utils.js";
import type { WitnessOwner } from "./parse-address.ts";

/**
 * Verifies a signature of BIP-322 in its simple form, which is the witness alone: of one key, by P2WPKH or by the key
 * path of P2TR, over the whole transaction. Never throws.
 */
export function verifySimple(owner: WitnessOwner, message: string, signature: Uint8Array): boolean {
  try {
    const witness = RawWitness.decode(signature);
    return owner.type === "p2tr"
      ? verifyKeyPath(owner.key, message, witness)
      : verifyKeyHash(owner.hash, message, witness);
  } catch {
    return false;
  }
}

/** The ids of the two transactions that nobody could ever send, in hex: one holds the message, the other spends it. */
export function virtualIds(
  owner: WitnessOwner,
  message: string,
): { readonly toSpend: string; readonly toSign: string } {
  const script = scriptOf(owner);
  return { toSpend: toSpendId(script, message), toSign: toSign(script, message).id };
}

function verifyKeyHash(hash: Uint8Array, message: string, witness: readonly Uint8Array[]): boolean {
  const [signature, key, ...more] = witness;
  if (signature === undefined || key?.length !== 33 || more.length > 0 || !equalBytes(hash160(key), hash)) return false;
  if (signature.at(-1) !== SigHash.ALL) return false;
  const code = OutScript.encode({ type: "pkh", hash });
  const digest = toSign(scriptOf({ type: "p2wpkh", hash }), message).preimageWitnessV0(0, code, SigHash.ALL, 0n);
  // Strict DER and a low s, as the BIP demands.
  return secp256k1.verify(signature.subarray(0, -1), digest, key, { format: "der", prehash: false, lowS: true });
}

function verifyKeyPath(key: Uint8Array, message: string, witness: readonly Uint8Array[]): boolean {
  const [signature, ...more] = witness;
  if (signature === undefined || more.length > 0) return false;
  const flag = signature.length === 64 ? SigHash.DEFAULT : signature[64];
  // Either signs the whole transaction; 64 bytes with the default spelled out behind them are no signature.
  if (signature.length > 64 && (signature.length !== 65 || flag !== SigHash.ALL)) return false;
  const script = scriptOf({ type: "p2tr", key });
  const digest = toSign(script, message).preimageWitnessV1(0, [script], flag ?? SigHash.DEFAULT, [0n]);
  return schnorr.verify(signature.subarray(0, 64), digest, key);
}

function scriptOf(owner: WitnessOwner): Uint8Array {
  return owner.type === "p2tr"
    ? OutScript.encode({ type: "tr", pubkey: owner.key })
    : OutScript.encode({ type: "wpkh", hash: owner.hash });
}

function toSpendId(script: Uint8Array, message: string): string {
  const digest = tagSchnorr("BIP0322-signed-message", utf8(message));
  const raw = RawTx.encode({
    version: 0,
    segwitFlag: false,
    inputs: [
      { txid: new Uint8Array(32), index: 0xffffffff, finalScriptSig: Script.encode(["OP_0", digest]), sequence: 0 },
    ],
    outputs: [{ amount: 0n, script }],
    witnesses: [],
    lockTime: 0,
  });
  return hex.encode(sha256x2(raw).reverse());
}

function toSign(script: Uint8Array, message: string): Transaction {
  const transaction = new Transaction({ version: 0, lockTime: 0, allowUnknownOutputs: true });
  transaction.addInput({
    txid: toSpendId(script, message),
    index: 0,
    sequence: 0,
    witnessUtxo: { amount: 0n, script },
  });
  transaction.addOutput({ amount: 0n, script: Script.encode(["RETURN"]) });
  return transaction;
}
