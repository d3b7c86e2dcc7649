import { NETWORK, TEST_NETWORK } from "@scure/btc-signer";

/** Whose addresses are shown; signet's are testnet's. */
export type Network = "mainnet" | "testnet" | "regtest";

/** What the library knows of each network. */
export const networks: Readonly<Record<Network, typeof NETWORK>> = {
  mainnet: NETWORK,
  testnet: TEST_NETWORK,
  regtest: { ...TEST_NETWORK, bech32: "bcrt" },
};
