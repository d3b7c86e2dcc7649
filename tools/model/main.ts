// Checks the model of the exchange machine (exchange.pml) in every state it can get into, and that it finds out each
// mutant: `pnpm model`, or `pnpm model WORD …` for those that have one of these words in their line of the table.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gridOf } from "../bench/report.ts";
import { check, missingPrograms, type Verdict } from "./spin.ts";
import { macrosOf, type Subject, subjects } from "./subjects.ts";

const missing = missingPrograms();
if (missing.length > 0) {
  console.log(`NOT CHECKED: the model needs ${missing.join(" and ")} (apt-get install spin gcc libc6-dev).`);
  process.exit(1);
}

const words = process.argv.slice(2);
const wanted = subjects.filter((subject) => {
  const line = `${subject.name} ${macrosOf(subject).join(" ")}`.toLowerCase();
  return words.length === 0 || words.some((word) => line.includes(word.toLowerCase()));
});

const folder = mkdtempSync(join(tmpdir(), "countersign-model-"));
const verdicts = new Map<Subject, Verdict>();
const waiting = [...wanted.entries()];
const began = performance.now();
try {
  await Promise.all([worker(), worker()]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

console.log(gridOf([["subject", "rule broken", "states", "depth", "seconds", "verdict"], ...wanted.map(rowOf)]));
const wrong = wanted.filter((subject) => !isRight(subject, verdicts.get(subject)));
for (const subject of wrong) {
  const { violated, story } = verdicts.get(subject) ?? { violated: undefined, story: [] };
  if (violated !== undefined)
    console.log(`\n${subject.name}: assert(${violated}) does not hold after\n  ${story.join("\n  ")}`);
}
const seconds = ((performance.now() - began) / 1_000).toFixed(0);
console.log(`\nmodel: ${wanted.length - wrong.length} of ${wanted.length} as they should be, ${seconds} s`);
process.exitCode = wrong.length === 0 && wanted.length > 0 ? 0 : 1;

async function worker(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [index, subject] = next;
    verdicts.set(subject, await check(subject, join(folder, `${index}`)));
  }
}

function isRight({ mutant }: Subject, verdict: Verdict | undefined): boolean {
  return verdict !== undefined && (verdict.violated === undefined) === (mutant === undefined);
}

function rowOf(subject: Subject): readonly string[] {
  const verdict = verdicts.get(subject);
  const { cipherSet, name, mutant } = subject;
  if (verdict === undefined) return [name, mutant ?? "none", "", "", "", "not checked"];
  const outcome = verdict.violated === undefined ? "0 violations" : "violation found";
  const { states, depth, seconds } = verdict;
  return [
    mutant === undefined ? name : `${cipherSet}: ${name}`,
    mutant ?? "none",
    states.toLocaleString("en"),
    `${depth}`,
    seconds.toFixed(1),
    isRight(subject, verdict) ? outcome : `WRONG: ${outcome}`,
  ];
}
