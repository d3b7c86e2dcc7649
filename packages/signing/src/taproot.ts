import { concat, UsageError } from "@countersign/wire";
import { schnorr } from "@noble/curves/secp256k1.js";
import { bytesToNumberBE } from "@noble/curves/utils.js";
import { p2tr, utils } from "@scure/btc-signer";
import type { KeyShare } from "./key-share.ts";
import { type Network, networks } from "./network.ts";

/** The Merkle root of an output that no script can spend: BIP-341 hashes nothing behind the key then. */
export const NO_SCRIPTS = new Uint8Array(0);

/** The Bitcoin address of the group: pay-to-Taproot by its key alone. Throws `UsageError` for a key of another suite. */
export function taprootAddress({ suite, groupKey }: Pick<KeyShare, "suite" | "groupKey">, network: Network): string {
  if (suite !== "secp256k1-taproot") throw new UsageError("usage.suite", `a key of ${suite} has no Taproot address`);
  const { address } = p2tr(internalKey(groupKey), undefined, networks[network]);
  if (address === undefined) throw new UsageError("usage.suite", "the key has no address");
  return address;
}

/** The script of an output that the group's key can spend: OP_1 and the output key (BIP-341). */
export function outputScript(groupKey: Uint8Array, merkleRoot: Uint8Array): Uint8Array {
  const [outputKey] = utils.taprootTweakPubkey(internalKey(groupKey), merkleRoot);
  return concat(Uint8Array.of(0x51, 32), outputKey);
}

/** The tweak that makes the output key out of the internal one, as a scalar. */
export function tapTweak(groupKey: Uint8Array, merkleRoot: Uint8Array): bigint {
  const tweak = bytesToNumberBE(schnorr.utils.taggedHash("TapTweak", internalKey(groupKey), merkleRoot));
  // BIP-341 refuses it and does not reduce it; nobody will ever see one.
  if (tweak >= schnorr.Point.Fn.ORDER) throw new Error("the tweak is not below the order of the group");
  return tweak;
}

function internalKey(groupKey: Uint8Array): Uint8Array {
  return groupKey.slice(1);
}
