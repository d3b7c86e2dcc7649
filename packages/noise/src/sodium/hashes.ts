/// <reference path="./sodium-native.d.ts" />
import sodium from "sodium-native";
import type { Primitives } from "../create-backend.ts";
import { hashes as openSsl } from "../node/hashes.ts";
import { Place } from "./place.ts";

const HASHLEN = 32;
const [INPUT, OUTPUT] = [new Place(), new Place()];

/** SHA-256 of libsodium, which begins and ends sooner than OpenSSL's; the others are those of node:crypto. */
export const hashes: Primitives["hash"] = {
  ...openSsl,
  SHA256(data) {
    const digest = OUTPUT.take(HASHLEN, (output) => sodium.crypto_hash_sha256(output, INPUT.show(data)));
    INPUT.wipe();
    return digest;
  },
};
