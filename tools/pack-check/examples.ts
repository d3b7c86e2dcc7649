import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Tarball } from "./tarball.ts";

/** A program that shows how a package is used. */
export interface Example {
  /** `client-readme-1.mjs` */
  readonly file: string;
  readonly source: string;
}

/** The programs in the README and in the folder `examples` of a package. */
export function examplesOf({ name, folder }: Tarball): readonly Example[] {
  const readme = join(folder, "README.md");
  const files = globSync("examples/*.mjs", { cwd: folder }).map((path) => ({
    file: `${shortName(name)}-${basename(path)}`,
    source: readFileSync(join(folder, path), "utf8"),
  }));
  return existsSync(readme) ? [...examplesIn(name, readFileSync(readme, "utf8")), ...files] : files;
}

/** Every block of code in a README that imports something of ours. Each is meant to run as it stands. */
export function examplesIn(name: string, readme: string): readonly Example[] {
  return [...readme.matchAll(/^```(js|ts)\n([\s\S]*?)^```$/gm)]
    .filter(([, , source = ""]) => source.includes('from "@countersign/'))
    .map(([, language, source = ""], index) => ({
      file: `${shortName(name)}-readme-${index + 1}.${language === "ts" ? "mts" : "mjs"}`,
      source,
    }));
}

function shortName(name: string): string {
  return name.replace(/^@countersign\//, "");
}
