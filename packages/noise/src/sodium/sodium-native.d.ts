/** What the backend calls of sodium-native, which brings no types of its own. Results go into the first arguments. */
declare module "sodium-native" {
  interface Sodium {
    crypto_aead_chacha20poly1305_ietf_encrypt(
      ciphertext: Uint8Array,
      plaintext: Uint8Array,
      ad: Uint8Array | null,
      unused: null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): void;
    /** Throws where the tag does not fit, and writes nothing then. */
    crypto_aead_chacha20poly1305_ietf_decrypt(
      plaintext: Uint8Array,
      unused: null,
      ciphertext: Uint8Array,
      ad: Uint8Array | null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): void;
    crypto_box_keypair(publicKey: Uint8Array, privateKey: Uint8Array): void;
    crypto_scalarmult_base(publicKey: Uint8Array, privateKey: Uint8Array): void;
    crypto_scalarmult(sharedSecret: Uint8Array, privateKey: Uint8Array, publicKey: Uint8Array): void;
    crypto_hash_sha256(digest: Uint8Array, data: Uint8Array): void;
  }
  const sodium: Sodium;
  export default sodium;
}
