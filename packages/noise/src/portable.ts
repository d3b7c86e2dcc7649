import { blake2b, blake2s } from "@noble/hashes/blake2.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { createBackend } from "./create-backend.ts";
import { aesGcm, chaChaPoly } from "./portable/aead.ts";
import { x25519 } from "./portable/x25519.ts";

/** Everything in JavaScript, on the @noble packages; runs wherever ECMAScript does. The default. */
export const portableBackend = createBackend({
  name: "portable",
  x25519,
  aead: { ChaChaPoly: chaChaPoly, AESGCM: aesGcm },
  hash: { SHA256: sha256, SHA512: sha512, BLAKE2s: (data) => blake2s(data), BLAKE2b: (data) => blake2b(data) },
});
