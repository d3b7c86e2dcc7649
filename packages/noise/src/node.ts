import { hash } from "node:crypto";
import { createBackend } from "./create-backend.ts";
import { aesGcm, chaChaPoly } from "./node/aead.ts";
import { withoutBuffer } from "./node/without-buffer.ts";
import { x25519 } from "./node/x25519.ts";

/** Everything in node:crypto, synchronously; several times as fast as the portable backend. */
export const nodeBackend = createBackend({
  name: "node",
  x25519,
  aead: { ChaChaPoly: chaChaPoly, AESGCM: aesGcm },
  hash: {
    SHA256: (data) => withoutBuffer(hash("sha256", data, "buffer")),
    SHA512: (data) => withoutBuffer(hash("sha512", data, "buffer")),
    BLAKE2s: (data) => withoutBuffer(hash("blake2s256", data, "buffer")),
    BLAKE2b: (data) => withoutBuffer(hash("blake2b512", data, "buffer")),
  },
});
