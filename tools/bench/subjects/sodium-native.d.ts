/** What the floors call of sodium-native, which brings no types of its own. Results go into the first arguments. */
declare module "sodium-native" {
  interface Sodium {
    crypto_aead_chacha20poly1305_ietf_encrypt(
      sealed: Uint8Array,
      text: Uint8Array,
      associated: Uint8Array | null,
      unused: null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): void;
    crypto_aead_chacha20poly1305_ietf_decrypt(
      text: Uint8Array,
      unused: null,
      sealed: Uint8Array,
      associated: Uint8Array | null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): void;
    crypto_box_keypair(publicKey: Uint8Array, secretKey: Uint8Array): void;
    crypto_scalarmult(shared: Uint8Array, secretKey: Uint8Array, publicKey: Uint8Array): void;
    crypto_hash_sha256(digest: Uint8Array, data: Uint8Array): void;
  }
  const sodium: Sodium;
  export default sodium;
}
