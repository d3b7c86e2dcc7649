/// <reference path="./sodium-native.d.ts" />
import sodium from "sodium-native";
import type { Primitives } from "../create-backend.ts";
import { hashes as openSsl } from "../node/hashes.ts";
import { result } from "./result.ts";

/** SHA-256 of libsodium, which begins and ends sooner than OpenSSL's; the others are those of node:crypto. */
export const hashes: Primitives["hash"] = {
  ...openSsl,
  SHA256: (data) => result((digest) => sodium.crypto_hash_sha256(digest, data)),
};
