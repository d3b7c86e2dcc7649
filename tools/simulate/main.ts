// Ceremonies in a world that loses, doubles, delays, crashes and lies. One seed is one run.
//   pnpm simulate                       2,000 seeds of every kind, and 50 without stand-ins
//   pnpm simulate --seeds N             that many, and a fortieth of it
//   pnpm simulate --seed S [--real] [--whole]  one of them, told in more words
// With --whole, the sessions below the ceremonies are played, too, from the code on.
import "./whole/redirect.ts";
import { parseArgs } from "node:util";
import { type Dangers, planOf } from "./plan.ts";
import { Tally } from "./tally.ts";
import type { World } from "./worlds.ts";

// SPAKE2 can be redirected only for what is imported behind the redirection.
const { cheapWorld, realWorld } = await import("./worlds.ts");
const { cheapWhole, realWhole } = await import("./whole/worlds.ts");
const { wholeDangers } = await import("./whole/malice.ts");
const { counted } = await import("./whole/backends.ts");
const { pake } = await import("./whole/stand-in-spake2.ts");

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "2000" },
    seed: { type: "string" },
    real: { type: "boolean", default: false },
    whole: { type: "boolean", default: false },
  },
});
const count = Number(values.seeds);
const only = values.seed === undefined ? undefined : Number(values.seed);
if (!Number.isSafeInteger(count) || count < 1 || (only !== undefined && !Number.isSafeInteger(only))) {
  process.stderr.write("--seeds and --seed are whole numbers.\n");
  process.exit(2);
}

interface Kind {
  readonly name: string;
  readonly world: World;
  readonly flags: string;
  /** Parties at most. */
  readonly most: number;
  readonly dangers?: Dangers;
}

const kinds: readonly Kind[] = [
  { name: "with stand-ins", world: cheapWorld, flags: "", most: 5 },
  { name: "with FROST and Ed25519", world: realWorld, flags: " --real", most: 4 },
  { name: "whole, with stand-ins", world: cheapWhole, flags: " --whole", most: 5, dangers: wholeDangers },
  { name: "whole, as it is", world: realWhole, flags: " --real --whole", most: 3, dangers: wholeDangers },
];

let faulty = 0;

async function play({ world, flags, most, dangers }: Kind, seed: number, tally: Tally): Promise<void> {
  const plan = planOf(seed, most, dangers);
  const outcome = await world(plan).catch((error: unknown) => ({ faults: [`${(error as Error).stack}`], courses: [] }));
  tally.add(plan, outcome);
  if (outcome.faults.length === 0) return;
  faulty += 1;
  process.stdout.write(`✗ pnpm simulate --seed ${seed}${flags}\n`);
  for (const fault of outcome.faults) process.stdout.write(`    ${fault}\n`);
}

async function playAll(kind: Kind, seeds: number): Promise<void> {
  const tally = new Tally();
  for (let seed = 0; seed < seeds; seed++) await play(kind, seed, tally);
  process.stdout.write(`${kind.name}: ${tally.summary()}\n`);
}

if (only === undefined) {
  for (const kind of kinds) {
    const isReal = kind.flags.includes("--real");
    await playAll(kind, isReal ? Math.ceil(count / 40) : count);
  }
  process.stdout.write(`stand-ins for ${counted.dh} scalar multiplications and ${pake.runs} runs of SPAKE2\n`);
} else {
  const flags = `${values.real ? " --real" : ""}${values.whole ? " --whole" : ""}`;
  const tally = new Tally();
  for (const kind of kinds) if (kind.flags === flags) await play(kind, only, tally);
  process.stdout.write(`${tally.story()}\n`);
}
process.stdout.write(
  faulty === 0 ? "nothing happened that must not\n" : `${faulty} runs in which something happened that must not\n`,
);
process.exitCode = faulty === 0 ? 0 : 1;
