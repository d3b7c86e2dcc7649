import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder =
  process.env["COUNTERSIGN_VECTORS"] ?? fileURLToPath(new URL("../../../../shared/vectors", import.meta.url));

/** A published vector file, which is no part of this repository; undefined where it is missing. */
export function sharedVectors<T>(path: string): T | undefined {
  const file = `${folder}/${path}`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T) : undefined;
}
