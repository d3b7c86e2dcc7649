/** Whose addresses are shown; signet's are testnet's. */
export type Network = "mainnet" | "testnet" | "regtest";
