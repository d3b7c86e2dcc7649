/** What a group's key is for: Bitcoin's Taproot outputs (BIP-340 over secp256k1), or plain Ed25519 (RFC 8032). */
export type SuiteName = "secp256k1-taproot" | "ed25519";
