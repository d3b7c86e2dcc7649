import { fileURLToPath } from "node:url";
import { decodeHex } from "@countersign/wire";

const folder =
  process.env["COUNTERSIGN_VECTORS"] ?? fileURLToPath(new URL("../../../../../shared/vectors", import.meta.url));

/** Where a published vector file lies, if it is there at all. */
export function sharedVectors(name: string): string {
  return `${folder}/${name}`;
}

export function unhex(text: string): Uint8Array {
  const decoded = decodeHex(text);
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.value;
}
