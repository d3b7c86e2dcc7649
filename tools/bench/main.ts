import { writeFileSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { parseArgs } from "node:util";
import { type Comparison, compare } from "./measure.ts";
import { table } from "./report.ts";
import { aead } from "./subjects/aead.ts";
import { pairing } from "./subjects/pairing.ts";
import { xx } from "./subjects/xx.ts";

const parts: Readonly<Record<string, () => Promise<readonly Comparison[]>>> = {
  noise: xx,
  channel: aead,
  pairing: async () => pairing(),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, write: { type: "string" } },
});
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  process.stderr.write(`There is no part ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}.\n`);
  process.exit(2);
}

const effort = values.quick ? { rounds: 3, sliceMs: 20 } : { rounds: 15, sliceMs: 80 };
const cpu = cpus()[0]?.model ?? "an unknown processor";
const lines = [
  `Node ${process.versions.node}, ${platform()} ${arch()}, ${cpus().length} × ${cpu}.`,
  `Median of ${effort.rounds} interleaved rounds; ratios are medians of the ratios inside a round.`,
];
process.stdout.write(`${lines.join("\n")}\n`);
for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) {
  for (const comparison of (await parts[name]?.()) ?? []) {
    const text = table(comparison, compare(comparison, effort));
    process.stdout.write(`\n${text}\n`);
    lines.push("", text);
  }
}
if (values.write !== undefined) writeFileSync(values.write, `# Benchmarks\n\n${lines.join("\n")}\n`);
