import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder =
  process.env["COUNTERSIGN_VECTORS"] ?? fileURLToPath(new URL("../../../../shared/vectors", import.meta.url));

/** The text of a published vector file, which is no part of this repository; undefined where it is missing. */
export function sharedVectors(path: string): string | undefined {
  const file = `${folder}/${path}`;
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
