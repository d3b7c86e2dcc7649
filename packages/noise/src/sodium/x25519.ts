/// <reference path="./sodium-native.d.ts" />
import sodium from "sodium-native";
import { wipe } from "../bytes.ts";
import type { X25519 } from "../dh-functions.ts";
import { requireLength } from "../errors.ts";
import { Place } from "./place.ts";

const KEYLEN = 32;
const [PUBLIC, PRIVATE, SECRET] = [new Place(), new Place(), new Place()];

/** X25519 of libsodium. */
export const x25519: X25519 = {
  generateKeyPair() {
    let publicKey: Uint8Array = new Uint8Array(0);
    const privateKey = PRIVATE.take(KEYLEN, (secret) => {
      publicKey = PUBLIC.take(KEYLEN, (output) => sodium.crypto_box_keypair(output, secret));
    });
    return { publicKey, privateKey };
  },
  keyPair(privateKey) {
    const publicKey = PUBLIC.take(KEYLEN, (output) => sodium.crypto_scalarmult_base(output, PRIVATE.show(privateKey)));
    PRIVATE.wipe();
    return { publicKey, privateKey };
  },
  destroyKeyPair: (keyPair) => wipe(keyPair.privateKey),
  sharedSecret({ privateKey }, publicKey) {
    requireLength("privateKey", privateKey, KEYLEN);
    const secret = SECRET.take(KEYLEN, (output) => {
      sodium.crypto_scalarmult(output, PRIVATE.show(privateKey), PUBLIC.show(publicKey));
    });
    PRIVATE.wipe();
    return secret;
  },
};
