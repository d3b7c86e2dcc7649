import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hash,
  type KeyObject,
} from "node:crypto";
import sodium from "sodium-native";
import type { Subject } from "../measure.ts";

/**
 * What an XX handshake costs at least, both sides: two ephemeral key pairs, six DHs, eight AEAD operations on 32 and 0
 * bytes, and the 40 hashes of MixHash and HKDF, without any code around them.
 */
const DHS = 6;
const SEALS = 4;
const HASHES = 40;
const nonce = new Uint8Array(12);
const ad = new Uint8Array(32);
const plaintext = new Uint8Array(32);

export function nodeFloor(): Subject {
  const peer = generateKeyPairSync("x25519").publicKey;
  const raw = new Uint8Array(32).fill(7);
  const block = new Uint8Array(96);
  return {
    name: "floor: bare node:crypto",
    run() {
      let own: KeyObject | undefined;
      for (let i = 0; i < 2; i++) own = generateKeyPairSync("x25519").privateKey;
      for (let i = 0; i < DHS; i++) if (own !== undefined) diffieHellman({ privateKey: own, publicKey: peer });
      for (let i = 0; i < HASHES; i++) hash("sha256", block, "buffer");
      for (let i = 0; i < SEALS; i++) {
        const key = createSecretKey(raw);
        const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
        cipher.setAAD(ad, { plaintextLength: 32 });
        const sealed = cipher.update(plaintext);
        cipher.final();
        const decipher = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
        decipher.setAAD(ad, { plaintextLength: 32 });
        decipher.setAuthTag(cipher.getAuthTag());
        decipher.update(sealed);
        decipher.final();
      }
    },
  };
}

export function sodiumFloor(): Subject {
  const [pk, sk, out] = [Buffer.alloc(32), Buffer.alloc(32), Buffer.alloc(32)];
  const [sealed, opened, key] = [Buffer.alloc(48), Buffer.alloc(32), Buffer.alloc(32, 7)];
  const [block, iv, associated, text] = [Buffer.alloc(96), Buffer.from(nonce), Buffer.from(ad), Buffer.from(plaintext)];
  return {
    name: "floor: bare sodium-native",
    run() {
      for (let i = 0; i < 2; i++) sodium.crypto_box_keypair(pk, sk);
      for (let i = 0; i < DHS; i++) sodium.crypto_scalarmult(out, sk, pk);
      for (let i = 0; i < HASHES; i++) sodium.crypto_hash_sha256(out, block);
      for (let i = 0; i < SEALS; i++) {
        sodium.crypto_aead_chacha20poly1305_ietf_encrypt(sealed, text, associated, null, iv, key);
        sodium.crypto_aead_chacha20poly1305_ietf_decrypt(opened, null, sealed, associated, iv, key);
      }
    },
  };
}
