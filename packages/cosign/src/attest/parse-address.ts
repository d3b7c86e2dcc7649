import { Address, NETWORK, TEST_NETWORK } from "@scure/btc-signer";

/** The kinds of addresses that a message can be verified for. */
export type Owner =
  /** HASH160 of the key, signed for by `signmessage`. */
  { readonly type: "p2pkh"; readonly hash: Uint8Array } | WitnessOwner;

/** Those whose signature is a witness. */
export type WitnessOwner =
  | { readonly type: "p2wpkh"; readonly hash: Uint8Array }
  /** The x coordinate of the output key. */
  | { readonly type: "p2tr"; readonly key: Uint8Array };

/** Signet shares the addresses of the test network; those of regtest differ in their prefix alone. */
const NETWORKS = [NETWORK, TEST_NETWORK, { ...TEST_NETWORK, bech32: "bcrt" }];

/**
 * Reads an address of any of Bitcoin's networks; undefined for what is no address, "other" for one that no single key
 * stands behind. Never throws.
 */
export function parseAddress(address: string): Owner | "other" | undefined {
  for (const network of NETWORKS) {
    try {
      const script = Address(network).decode(address);
      switch (script.type) {
        case "pkh":
          return { type: "p2pkh", hash: script.hash };
        case "wpkh":
          return { type: "p2wpkh", hash: script.hash };
        case "tr":
          return { type: "p2tr", key: script.pubkey };
        default:
          return "other";
      }
    } catch {
      // Not of this network.
    }
  }
  return undefined;
}
