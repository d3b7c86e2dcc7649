import { equalBytes } from "@countersign/wire";
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { hex } from "@scure/base";
import { NETWORK, TEST_NETWORK, WIF } from "@scure/btc-signer";
import { taprootTweakPrivKey } from "@scure/btc-signer/utils.js";
import type { KeyPathInput } from "./key-path-inputs.ts";

/**
 * Reads private keys, one a line: WIF, or 64 hexadecimal digits. Empty lines and lines that begin with # say nothing.
 * Throws an error that names the line, and nothing of what is in it. Secret.
 */
export function readCoinKeys(text: string): readonly Uint8Array[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    const word = line.trim();
    if (word === "" || word.startsWith("#")) return [];
    const key = readKey(word);
    if (key === undefined) throw new Error(`line ${i + 1} is no private key, neither WIF nor 64 hexadecimal digits`);
    return [key];
  });
}

/**
 * The private key by which an input is signed: that of its internal key, tweaked as the output is, or that of the
 * output key itself. undefined: none of the keys is. Secret.
 */
export function keyOfInput(
  { outputKey, merkleRoot }: KeyPathInput,
  keys: readonly Uint8Array[],
): Uint8Array | undefined {
  for (const key of keys) {
    for (const make of [() => taprootTweakPrivKey(key, merkleRoot), () => key.slice()]) {
      const candidate = make();
      if (equalBytes(schnorr.getPublicKey(candidate), outputKey)) return candidate;
      candidate.fill(0);
    }
  }
  return undefined;
}

function readKey(word: string): Uint8Array | undefined {
  if (/^[0-9a-f]{64}$/i.test(word)) return checked(hex.decode(word.toLowerCase()));
  for (const network of [NETWORK, TEST_NETWORK]) {
    try {
      return checked(WIF(network).decode(word));
    } catch {
      // Of the other network, or no key at all.
    }
  }
  return undefined;
}

function checked(key: Uint8Array): Uint8Array | undefined {
  return secp256k1.utils.isValidSecretKey(key) ? key : undefined;
}
