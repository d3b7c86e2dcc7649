import { m } from "../chaos/chaos.ts";
import { commandLine, misused } from "../command-line/command-line.ts";
import { type Conditions, type Proof, verdictOf } from "./proof.ts";
import { a } from "./proofs/a.ts";
import { at } from "./proofs/at.ts";
import { b1 } from "./proofs/b1.ts";
import { c1 } from "./proofs/c1.ts";
import { c3 } from "./proofs/c3.ts";
import { c4 } from "./proofs/c4.ts";
import { c5 } from "./proofs/c5.ts";
import { c6 } from "./proofs/c6.ts";
import { coldStart } from "./proofs/cold-start.ts";
import { d } from "./proofs/d.ts";
import { f } from "./proofs/f.ts";
import { j } from "./proofs/j.ts";
import { l1 } from "./proofs/l1.ts";
import { l2 } from "./proofs/l2.ts";
import { l3 } from "./proofs/l3.ts";
import { l5 } from "./proofs/l5.ts";
import { w } from "./proofs/w.ts";
import { table } from "./report.ts";

const proofs: readonly Proof[] = [a, at, c1, c5, c6, c3, c4, coldStart, d, f, j, l1, l2, l3, l5, b1, m, w];

const usage = `Holds what is promised to what happens: pnpm reliability [ID ...] [--quick] [--seed N]

${proofs.map(({ id, title }) => `  ${id.padEnd(10)} ${title}`).join("\n")}

All of them where none is named. --quick: the scale of CI. --seed: with the same draws. Wants a build. Exit status 1 if a
figure misses its target or a proof cannot be carried out.`;

const { values, positionals } = commandLine(usage, {
  quick: { type: "boolean", default: false },
  seed: { type: "string" },
});
const ids = positionals.map((id) => id.toLowerCase());
const unknown = ids.filter((id) => !proofs.some((proof) => proof.id === id));
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
if (unknown.length > 0) misused(`There is no proof ${unknown.join(", ")}.\n\n${usage}`);
if (!Number.isSafeInteger(seed)) misused("--seed is an integer.");

const scale = values.quick ? "quick" : "full";
const isWatched = process.stderr.isTTY;
process.stdout.write(`Scale ${scale}, seed ${seed}, Node ${process.versions.node}.\n`);
const missed: string[] = [];
for (const proof of proofs.filter(({ id }) => ids.length === 0 || ids.includes(id))) {
  const began = performance.now();
  const notes: string[] = [];
  const conditions: Conditions = {
    seed,
    progress: (text) => progress(`${proof.id}: ${text}`),
    note: (text) => notes.push(text),
  };
  try {
    const figures = await proof.run(scale, conditions);
    progress("");
    process.stdout.write(`\n${table(proof, figures, scale)}\n`);
    missed.push(
      ...figures.filter((figure) => verdictOf(figure, scale) === "missed").map(({ name }) => `${proof.id}: ${name}`),
    );
  } catch (error) {
    progress("");
    process.stdout.write(`\n${proof.id}: ${proof.title}: could not be carried out\n${(error as Error).stack}\n`);
    missed.push(`${proof.id}: not carried out`);
  }
  for (const note of notes) process.stdout.write(`${note}\n`);
  process.stdout.write(`took ${((performance.now() - began) / 1_000).toFixed(1)} s\n`);
}
process.stdout.write(`\n${missed.length === 0 ? "every figure is held" : `MISSED: ${missed.join("; ")}`}\n`);
if (missed.length > 0) process.stdout.write(`Again with the same draws: --seed ${seed}\n`);
// Not `exitCode`: what a failed proof has left open does not keep this process.
process.exit(missed.length === 0 ? 0 : 1);

function progress(text: string): void {
  if (isWatched) process.stderr.write(`\r\u001b[K${text}`);
}
