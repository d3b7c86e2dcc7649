import { diffieHellman } from "node:crypto";
import { wipe } from "../bytes.ts";
import type { X25519 } from "../dh-functions.ts";
import { OpenSslKeyPair } from "./key-pair.ts";
import { publicKeyObject } from "./public-key.ts";
import { withoutBuffer } from "./without-buffer.ts";

/** X25519 of node:crypto. */
export const x25519: X25519 = {
  generateKeyPair: OpenSslKeyPair.generate,
  keyPair: OpenSslKeyPair.from,
  destroyKeyPair(pair) {
    if (pair instanceof OpenSslKeyPair) pair.destroy();
    else wipe(pair.privateKey);
  },
  sharedSecret(pair, publicKey) {
    const privateKey = OpenSslKeyPair.keyObject(pair);
    return withoutBuffer(diffieHellman({ privateKey, publicKey: publicKeyObject(publicKey) }));
  },
};
