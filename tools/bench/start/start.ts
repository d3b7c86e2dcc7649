import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Child } from "../../processes/child.ts";
import { type Effort, quantile } from "../measure.ts";
import { gridOf } from "../report.ts";

const CLI = fileURLToPath(new URL("../../../apps/cli/dist/main.js", import.meta.url));
const RELAY = fileURLToPath(new URL("../../../apps/relay-server/dist/main.js", import.meta.url));
const LISTENING = /^listening on /;

interface Program {
  readonly name: string;
  readonly args: readonly string[];
  /** What it says when it is ready. Without: it is measured until it ends. */
  readonly ready?: RegExp;
}

/** How long a person waits for a program beside a Node that does nothing: from the call to its end, or to readiness. */
export async function start(effort: Effort): Promise<readonly string[]> {
  const rounds = effort.rounds < 5 ? 3 : 15;
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const relay = [RELAY, "--listen", "127.0.0.1:0", "--log-level", "warn"];
  const programs: readonly Program[] = [
    { name: "node -e 0", args: ["-e", "0"] },
    { name: "countersign --help", args: [CLI, "--help"] },
    { name: "relay in memory, until it listens", args: [...relay, "--ephemeral"], ready: LISTENING },
    { name: "relay on disk, until it listens", args: [...relay, "--data", folder], ready: LISTENING },
  ];
  const taken = programs.map((): number[] => []);
  try {
    // The first round brings the files into the page cache, and counts for nothing.
    for (let round = -1; round < rounds; round++) {
      for (const [index, program] of programs.entries()) {
        const milliseconds = await timeOf(program, folder);
        if (round >= 0) taken[index]?.push(milliseconds);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const [floor = []] = taken;
  const rows = programs.map(({ name }, index) => {
    const own = taken[index] ?? [];
    const ratios = own.map((time, round) => time / (floor[round] ?? Number.NaN));
    return [name, `${quantile(own, 0.5).toFixed(0)} ms`, quantile(ratios, 0.5).toFixed(2)];
  });
  return [
    `Median of ${rounds} interleaved rounds; ratios are medians of the ratios inside a round. The floor is a Node that does nothing.`,
    gridOf([["start", "wall time", "time ÷ floor"], ...rows]),
  ];
}

async function timeOf({ name, args: [script = "", ...args], ready }: Program, cwd: string): Promise<number> {
  const began = performance.now();
  const child = new Child({ name, script, args, cwd });
  if (ready === undefined) {
    if ((await child.exit) !== 0) throw new Error(`${name} failed${child.complaint}`);
    return performance.now() - began;
  }
  await child.find("listening", (line) => (ready.test(line) ? line : undefined));
  const taken = performance.now() - began;
  await child.stop();
  return taken;
}
