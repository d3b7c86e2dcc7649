// Draws the state diagrams of the specification from the tables that the machines execute.
//   node tools/diagrams/main.ts           writes them into spec/*.md
//   node tools/diagrams/main.ts --check   changes nothing, and fails where a diagram is not what the table says
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fill } from "./fill.ts";
import { machines } from "./machines.ts";

const folder = fileURLToPath(new URL("../../spec", import.meta.url));
const check = process.argv.includes("--check");
const placed = new Set<string>();
let stale = 0;

for (const file of readdirSync(folder).filter((name) => name.endsWith(".md"))) {
  const before = readFileSync(join(folder, file), "utf8");
  const { text, names } = fill(before, machines);
  for (const name of names) placed.add(name);
  if (text === before) continue;
  stale += 1;
  if (!check) writeFileSync(join(folder, file), text);
  console.log(
    `${check ? "✗" : "✓"} spec/${file} ${check ? "is older than the tables: run `pnpm diagrams`" : "written"}`,
  );
}

const homeless = machines.filter(({ name }) => !placed.has(name));
for (const { name, source } of homeless) console.log(`✗ ${source}: no document has <!-- transitions:${name} -->`);
console.log(`diagrams: ${placed.size} of ${machines.length} machines drawn`);
process.exitCode = homeless.length > 0 || (check && stale > 0) ? 1 : 0;
