import { generateKeyPairSync } from "node:crypto";
import type { FullIdentity } from "@countersign/client";
import { nodeBackend } from "@countersign/noise/node";
import { decodeBase64url } from "@countersign/wire";

/** New keys for one meeting, or for one contact: nobody who sees them elsewhere could tell that it is the same user. */
export function newIdentity(): FullIdentity {
  return { noiseStatic: nodeBackend.dh.generateKeyPair(), ed25519: newEd25519() };
}

function newEd25519(): FullIdentity["ed25519"] {
  const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const secretKey = decodeBase64url(jwk.d ?? "");
  const publicKey = decodeBase64url(jwk.x ?? "");
  if (!secretKey.ok || !publicKey.ok) throw new Error("node:crypto exported an Ed25519 key without its halves");
  return { secretKey: secretKey.value, publicKey: publicKey.value };
}
