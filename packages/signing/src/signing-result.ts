import { accepted, concat, type Decoded, refused, u32 } from "@countersign/wire";
import { Transaction } from "@scure/btc-signer";
import { readStrictly } from "./byte-reader.ts";

/** What a signing ends with: checked by this party against the group's key before it is handed out. */
export type SigningResult =
  | {
      readonly kind: "psbt";
      /** The proposal with the group's inputs signed and finalised. */
      readonly psbt: Uint8Array;
      /** The transaction as the network takes it; missing while inputs of others wait for their signatures. */
      readonly transaction?: Uint8Array;
      /** In the order of explorers, hex; there if the transaction is. */
      readonly txid?: string;
    }
  | {
      readonly kind: "message";
      /** 64 bytes: BIP-340 under the group key's x, or Ed25519. */
      readonly signature: Uint8Array;
    };

const SIGNATURE_BYTES = 64;

/** The result as bytes, for the state of a party that is done. */
export function encodeSigningResult(result: SigningResult): Uint8Array {
  if (result.kind === "message") return concat(Uint8Array.of(2), result.signature);
  return concat(Uint8Array.of(1), u32(result.psbt.length), result.psbt, result.transaction ?? new Uint8Array());
}

/** Reads what `encodeSigningResult` wrote. */
export function decodeSigningResult(bytes: Uint8Array): Decoded<SigningResult> {
  const result = readStrictly(bytes, (reader): SigningResult | undefined => {
    const kind = reader.u8();
    if (kind === 2) return { kind: "message", signature: reader.take(SIGNATURE_BYTES) };
    if (kind !== 1) return undefined;
    const psbt = reader.take(reader.u32());
    const transaction = reader.rest();
    if (transaction.length === 0) return { kind: "psbt", psbt };
    const txid = txidOf(transaction);
    return txid === undefined ? undefined : { kind: "psbt", psbt, transaction, txid };
  });
  return result === undefined ? refused("wire.malformed", "not the result of a signing") : accepted(result);
}

function txidOf(transaction: Uint8Array): string | undefined {
  try {
    const ofOthers = { allowUnknownInputs: true, allowUnknownOutputs: true };
    return Transaction.fromRaw(transaction, ofOthers).id;
  } catch {
    return undefined;
  }
}
