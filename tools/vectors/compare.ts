import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A file that is not as the tool computes it; without text it belongs to no scenario. */
export interface Difference {
  readonly name: string;
  readonly text: string | undefined;
}

/** What is different in a folder, given the files that should be in it. */
export function compare(folder: string, files: ReadonlyMap<string, string>): readonly Difference[] {
  const there = existsSync(folder) ? readdirSync(folder) : [];
  const stale = [...files].filter(
    ([name, text]) => !there.includes(name) || readFileSync(join(folder, name), "utf8") !== text,
  );
  const homeless = there.filter((name) => !files.has(name));
  return [...stale.map(([name, text]) => ({ name, text })), ...homeless.map((name) => ({ name, text: undefined }))];
}
