import { hash } from "node:crypto";
import { decodeBase64url } from "@countersign/wire";

/**
 * What is kept of a token or a claim instead of itself: SHA-256 in base64url. Both are random and long enough that it
 * leads nowhere back.
 */
export function hashSecret(kind: "token" | "claim", text: string): string {
  const bytes = decodeBase64url(text);
  return hash(
    "sha256",
    Buffer.concat([Buffer.from(`countersign relay ${kind}\0`), bytes.ok ? bytes.value : Buffer.from(text)]),
    "base64url",
  );
}
