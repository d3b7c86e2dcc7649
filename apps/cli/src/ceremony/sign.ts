import { createPrivateKey, sign } from "node:crypto";
import type { FullIdentity } from "@countersign/client";

/** What stands before the 32 bytes of the key in an Ed25519 private key of PKCS #8 (RFC 8410, section 7). */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

/** Signs with the Ed25519 key of an identity, by OpenSSL: a tenth of the time, and the same signature. */
export function nodeSigner({ ed25519 }: Pick<FullIdentity, "ed25519">): (message: Uint8Array) => Uint8Array {
  const der = Buffer.concat([PKCS8_HEAD, ed25519.secretKey]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  der.fill(0);
  return (message) => new Uint8Array(sign(null, message, key));
}
