import { createBackend } from "./create-backend.ts";
import { aesGcm } from "./node/aead.ts";
import { quickHkdfs } from "./node/hashes.ts";
import { chaChaPoly } from "./sodium/aead.ts";
import { hashes } from "./sodium/hashes.ts";
import { hkdfSha256 } from "./sodium/hkdf.ts";
import { x25519 } from "./sodium/x25519.ts";

/**
 * X25519 and ChaCha20-Poly1305 of libsodium, through the native add-on sodium-native, which has to be installed beside this
 * package; hashes, AES and long messages by node:crypto. The quickest there is, above all for short messages.
 */
export const sodiumBackend = createBackend({
  name: "sodium",
  x25519,
  aead: { ChaChaPoly: chaChaPoly, AESGCM: aesGcm },
  hash: hashes,
  hkdf: { ...quickHkdfs, SHA256: hkdfSha256 },
});
