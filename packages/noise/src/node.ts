import { createBackend } from "./create-backend.ts";
import { aesGcm, chaChaPoly } from "./node/aead.ts";
import { hashes, quickHkdfs } from "./node/hashes.ts";
import { x25519 } from "./node/x25519.ts";

/** Everything in node:crypto, synchronously; several times as fast as the portable backend. */
export const nodeBackend = createBackend({
  name: "node",
  x25519,
  aead: { ChaChaPoly: chaChaPoly, AESGCM: aesGcm },
  hash: hashes,
  hkdf: quickHkdfs,
});
