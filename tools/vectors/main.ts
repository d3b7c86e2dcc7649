// Writes spec/vectors: the scenarios of the specification, computed from its text.
//   node tools/vectors/main.ts           writes every file, and removes those that no scenario has
//   node tools/vectors/main.ts --check   changes nothing, and fails where a file is not what would be written
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allFiles, folder } from "./all-scenarios.ts";
import { compare } from "./compare.ts";

const check = process.argv.includes("--check");
const files = allFiles();
const differences = compare(folder, files);

for (const { name, text } of differences) {
  const fault = text === undefined ? "belongs to no scenario" : "is not what the tool computes: run `pnpm vectors`";
  console.log(check ? `✗ spec/vectors/${name} ${fault}` : `✓ spec/vectors/${name} ${text ? "written" : "removed"}`);
  if (check) continue;
  mkdirSync(folder, { recursive: true });
  if (text === undefined) rmSync(join(folder, name));
  else writeFileSync(join(folder, name), text);
}
console.log(`vectors: ${files.size} scenarios, ${differences.length} ${check ? "differ" : "changed"}`);
process.exitCode = check && differences.length > 0 ? 1 : 0;
