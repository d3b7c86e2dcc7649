/// <reference path="./sodium-native.d.ts" />
import sodium from "sodium-native";
import { wipe } from "../bytes.ts";
import type { X25519 } from "../dh-functions.ts";
import { requireLength } from "../errors.ts";
import { result } from "./result.ts";

/** X25519 of libsodium. */
export const x25519: X25519 = {
  generateKeyPair() {
    const [publicKey, privateKey] = [new Uint8Array(32), new Uint8Array(32)];
    sodium.crypto_box_keypair(publicKey, privateKey);
    return { publicKey, privateKey };
  },
  keyPair(privateKey) {
    const publicKey = new Uint8Array(32);
    sodium.crypto_scalarmult_base(publicKey, privateKey);
    return { publicKey, privateKey };
  },
  destroyKeyPair: (keyPair) => wipe(keyPair.privateKey),
  sharedSecret({ privateKey }, publicKey) {
    requireLength("privateKey", privateKey, 32);
    return result((sharedSecret) => sodium.crypto_scalarmult(sharedSecret, privateKey, publicKey));
  },
};
