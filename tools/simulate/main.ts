import { availableParallelism } from "node:os";
import { commandLine, misused } from "../command-line/command-line.ts";
import { addCounts, type Counts, listCounts } from "./counts.ts";
import { playAll, Worker } from "./crew.ts";
import { isKind, kinds } from "./kinds.ts";

/** Runs of one kind after which what was found so far is said. */
const PORTION = 2_000;

const usage = `Worlds that lose, double, delay, crash and lie. One seed is one run. Wants a build.

  pnpm simulate                        2,000 seeds of ceremonies and of sessions, 1,000 of a relay with its clients, and
                                       50 of each without stand-ins
  pnpm simulate --seeds N [--relay]    as many as that asks for, of all or only of worlds with a relay
  pnpm simulate --from N --seeds M     from another seed on
  pnpm simulate --workers N            in so many threads
  pnpm simulate --seed S [--real] [--whole | --relay]   one of them, told in more words
  pnpm simulate --faults [--quick]     which seed finds each of the planted faults; those that are found soon

Exit status 1 if something happened that must not.`;

const { values, positionals } = commandLine(usage, {
  seeds: { type: "string", default: "2000" },
  from: { type: "string", default: "0" },
  seed: { type: "string" },
  workers: { type: "string", default: `${Math.max(2, availableParallelism() - 1)}` },
  real: { type: "boolean", default: false },
  whole: { type: "boolean", default: false },
  relay: { type: "boolean", default: false },
  faults: { type: "boolean", default: false },
  quick: { type: "boolean", default: false },
});
if (positionals.length > 0) misused(usage);
const numbers = [values.seeds, values.from, values.seed ?? "0", values.workers].map(Number);
const [seeds = 0, from = 0, only = 0, crew = 0] = numbers;
if (!numbers.every(Number.isSafeInteger) || seeds < 1 || crew < 1) {
  misused("--seeds, --from, --seed and --workers are whole numbers.");
}
const flags = `${values.whole ? " --whole" : ""}${values.relay ? " --relay" : ""}${values.real ? " --real" : ""}`;

if (values.seed !== undefined) await tellOne();
else if (values.faults) await (await import("./faults/find.ts")).findFaults({ crew, isQuick: values.quick });
else await playMany();

async function tellOne(): Promise<void> {
  if (!isKind(flags)) misused(`There is no kind${flags}.\n\n${usage}`);
  await import("./world/hooks.ts");
  const { players } = await import("./players.ts");
  const { story, faults, digest } = await players[flags](only, true);
  process.stdout.write([...story, ...faults.map((fault) => `✗ ${fault}`), ""].join("\n"));
  process.stdout.write(
    `${digest === undefined ? "" : `trace ${digest}, `}${faults.length} things that must not happen\n`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
}

async function playMany(): Promise<void> {
  const workers = Array.from({ length: crew }, () => new Worker());
  let faulty = 0;
  for (const { name, flags, seeds: share } of kinds) {
    if (values.relay && !flags.includes("--relay")) continue;
    const began = performance.now();
    const counts: Counts = {};
    const below = from + share(seeds);
    for (let first = from; first < below; first += PORTION) {
      const played = await playAll(workers, { flags, first, below: Math.min(below, first + PORTION) });
      addCounts(counts, played.counts);
      faulty += played.faulty.length;
      for (const { seed, faults } of played.faulty) {
        process.stdout.write(
          `✗ pnpm simulate --seed ${seed}${flags}\n${faults.map((fault) => `    ${fault}\n`).join("")}`,
        );
      }
      if (first + PORTION < below) process.stdout.write(`  … ${first + PORTION - from} runs\n`);
    }
    process.stdout.write(`${name}: ${summary(counts, (performance.now() - began) / 1_000)}\n`);
  }
  for (const worker of workers) worker.end();
  const verdict =
    faulty === 0 ? "nothing happened that must not" : `${faulty} runs in which something happened that must not`;
  process.stdout.write(`${verdict}\n`);
  process.exitCode = faulty === 0 ? 0 : 1;
}

function summary(counts: Counts, seconds: number): string {
  const hours = (counts["simulated ms"] ?? 0) / 3_600_000;
  const speed = Math.round((hours * 3_600) / seconds);
  return [
    `${counts["runs"] ?? 0} runs in ${seconds.toFixed(1)} s, ${hours.toFixed(1)} hours of theirs (${speed} times as fast)`,
    `  ${listCounts(counts, "with ")}; complete ${counts["complete"] ?? 0} of ${counts["ceremonies"] ?? "all parties"}`,
    `  killed at ${listCounts(counts, "killed at ")}; mishaps ${listCounts(counts, "mishap ")}`,
    `  failed with ${listCounts(counts, "failed with ")}`,
    ...("in the clear complete" in counts ? [`  of those in the clear ${listCounts(counts, "in the clear ")}`] : []),
    ...(counts["acknowledged"] === undefined
      ? []
      : [`  ${counts["acknowledged"]} messages acknowledged, ${counts["delivered"]} events delivered`]),
  ].join("\n");
}
