import { scryptSync } from "node:crypto";
import { scalarFromBytes } from "../../../packages/spake2/src/index.ts";
import { concat, hkdfExpand, text } from "./bytes.ts";
import type { SessionFacts } from "./party.ts";

/** Spec 0003, section 4.2. */
export function codeKey(secret: string, { group, session }: SessionFacts): { salt: Uint8Array; prk: Uint8Array } {
  const salt = concat(text("countersign/1 code"), group, session);
  const prk = scryptSync(secret, salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
  return { salt, prk: new Uint8Array(prk) };
}

/** Spec 0003, section 4.2. */
export function codeScalar(prk: Uint8Array, ctxh: Uint8Array): Uint8Array {
  return scalarFromBytes(hkdfExpand(prk, concat(text("countersign/1 w"), ctxh), 48));
}
