import { x25519 as noble } from "@noble/curves/ed25519.js";
import { wipe } from "../bytes.ts";
import type { X25519 } from "../dh-functions.ts";
import { requireLength } from "../errors.ts";

/** X25519 of @noble/curves. */
export const x25519: X25519 = {
  keyPair: (privateKey) => ({ publicKey: noble.getPublicKey(privateKey), privateKey }),
  destroyKeyPair: (keyPair) => wipe(keyPair.privateKey),
  sharedSecret({ privateKey }, publicKey) {
    requireLength("privateKey", privateKey, 32);
    return noble.getSharedSecret(privateKey, publicKey);
  },
  generateKeyPair() {
    const { publicKey, secretKey } = noble.keygen();
    return { publicKey, privateKey: secretKey };
  },
};
