import type { DhFunctions, KeyPair } from "./backend.ts";
import { copy } from "./bytes.ts";
import { requireLength } from "./errors.ts";
import { isSmallOrder } from "./small-order.ts";

/** X25519 of RFC 7748, as a platform brings it; every key has 32 bytes. */
export interface X25519 {
  /** The key pair of a private key, which it takes over. */
  keyPair(privateKey: Uint8Array): KeyPair;
  /** The shared secret; the public key is not of small order. */
  sharedSecret(keyPair: KeyPair, publicKey: Uint8Array): Uint8Array;
  /** A fresh key pair by the platform's own random generator. */
  generateKeyPair(): KeyPair;
  /** Overwrites the private key; the pair is not used afterwards. */
  destroyKeyPair(keyPair: KeyPair): void;
}

const DHLEN = 32;

/** Section 12.1: the `25519` DH functions. */
export function dhFunctions(x25519: X25519): DhFunctions {
  return {
    name: "25519",
    DHLEN,
    generateKeyPair(randomBytes) {
      if (randomBytes === undefined) return x25519.generateKeyPair();
      const privateKey = randomBytes(DHLEN);
      requireLength("the output of randomBytes", privateKey, DHLEN);
      return x25519.keyPair(copy(privateKey));
    },
    keyPair(privateKey) {
      requireLength("privateKey", privateKey, DHLEN);
      return x25519.keyPair(copy(privateKey));
    },
    destroyKeyPair: (keyPair) => x25519.destroyKeyPair(keyPair),
    dh(keyPair, publicKey) {
      requireLength("keyPair.publicKey", keyPair.publicKey, DHLEN);
      requireLength("publicKey", publicKey, DHLEN);
      return isSmallOrder(publicKey) ? undefined : x25519.sharedSecret(keyPair, publicKey);
    },
  };
}
