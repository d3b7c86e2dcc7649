import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Defence } from "./defence.ts";

const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

/** Where the defence stands. */
export function fileOf({ file }: Defence): string {
  return `${packages}${file}`;
}

/** The source without the defence. Throws when the place is not there exactly once: then the table is out of date. */
export function withoutDefence(source: string, { against, file, find, replace }: Defence): string {
  const parts = source.split(find);
  if (parts.length !== 2) {
    throw new Error(`"${against}": ${file} has the place ${parts.length - 1} times; bring tools/defences up to date`);
  }
  return parts.join(replace);
}

/** Checks that a defence can be found in the source as it is. */
export function checkPlace(defence: Defence): void {
  withoutDefence(readFileSync(fileOf(defence), "utf8"), defence);
}
