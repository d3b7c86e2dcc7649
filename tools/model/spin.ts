import { execFile, spawnSync } from "node:child_process";
import { copyFileSync, globSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { macrosOf, type Subject } from "./subjects.ts";
import { tableInPromela } from "./table.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
/** Megabytes that the checker may take; it says so where they do not suffice. */
const MEMORY = 1_500;

/** What the checker found. */
export interface Verdict {
  readonly states: number;
  readonly depth: number;
  /** Seconds from the model's text to the verdict. */
  readonly seconds: number;
  /** The property that does not hold, as the model's text has it; undefined where all do, in every state. */
  readonly violated: string | undefined;
  /** What happened up to there, move by move; endpoint A is 0. */
  readonly story: readonly string[];
}

/** Programs that are missing here. */
export function missingPrograms(): readonly string[] {
  return [
    ["spin", "-V"],
    ["gcc", "--version"],
  ].flatMap(([program = "", option = ""]) => (spawnSync(program, [option]).status === 0 ? [] : [program]));
}

/** Builds the checker of one subject in a folder of its own and visits every state. Throws where that was not possible. */
export async function check(subject: Subject, folder: string): Promise<Verdict> {
  const began = performance.now();
  mkdirSync(folder, { recursive: true });
  for (const part of globSync("*.pml", { cwd: here })) copyFileSync(join(here, part), join(folder, part));
  writeFileSync(join(folder, "transitions.pml"), tableInPromela());
  const macros = macrosOf(subject).map((macro) => `-D${macro}`);
  await run(folder, "spin", [...macros, "-a", "exchange.pml"]);
  // A mutant fails long before optimized code pays.
  const speed = subject.mutant === undefined ? "-O1" : "-O0";
  const options = ["SAFETY", "NOREDUCE", "NOFAIR", "COLLAPSE", `MEMLIM=${MEMORY}`].map((option) => `-D${option}`);
  await run(folder, "gcc", [speed, "-w", ...options, "-o", "pan", "pan.c"]);
  const report = await run(folder, "./pan", ["-E", "-m100000", "-w22"]);
  const violated = /^pan:\d+: assertion violated (.*) \(at depth/m.exec(report)?.[1]?.trim();
  const states = numberIn(/^\s*(\S+) states, stored/m, report);
  const depth = numberIn(/depth reached (\d+)/, report);
  const incomplete = /search not completed|max search depth too small|out of memory|memory limit/i.test(report);
  if (violated === undefined && (incomplete || !/errors: 0\b/.test(report))) throw new Error(`no verdict:\n${report}`);
  const story = violated === undefined ? [] : await tell(folder, macros);
  return { states, depth, seconds: (performance.now() - began) / 1_000, violated, story };
}

async function tell(folder: string, macros: readonly string[]): Promise<readonly string[]> {
  const trail = await run(folder, "spin", ["-t", ...macros, "exchange.pml"]);
  return trail.split("\n").flatMap((line) => (/^ *[01] [a-z]/.test(line) ? [line.trim()] : []));
}

function numberIn(pattern: RegExp, report: string): number {
  const found = Number(pattern.exec(report)?.[1]);
  if (Number.isNaN(found)) throw new Error(`no ${pattern} in:\n${report}`);
  return found;
}

/** What a program says, whatever its status: the checker's own is 0 also for a violation. */
function run(cwd: string, program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ${args.join(" ")}: ${error.message}\n${stdout}\n${stderr}`));
    });
  });
}
