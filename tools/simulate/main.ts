// Ceremonies in a world that loses, doubles, delays, crashes and lies. One seed is one run.
//   pnpm simulate                    2,000 seeds with stand-ins, and 50 with FROST and Ed25519 as they are
//   pnpm simulate --seeds N          that many, and a fortieth of it
//   pnpm simulate --seed S [--real]  one of them, told in more words
import { parseArgs } from "node:util";
import { planOf } from "./plan.ts";
import { Tally } from "./tally.ts";
import { cheapWorld, realWorld, type World } from "./worlds.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "2000" },
    seed: { type: "string" },
    real: { type: "boolean", default: false },
  },
});
const count = Number(values.seeds);
const only = values.seed === undefined ? undefined : Number(values.seed);
if (!Number.isSafeInteger(count) || count < 1 || (only !== undefined && !Number.isSafeInteger(only))) {
  process.stderr.write("--seeds and --seed are whole numbers.\n");
  process.exit(2);
}

let faulty = 0;

async function play(world: World, seed: number, tally: Tally): Promise<void> {
  const isReal = world === realWorld;
  const plan = planOf(seed, isReal ? 4 : 5);
  const outcome = await world(plan).catch((error: unknown) => ({ faults: [`${(error as Error).stack}`], courses: [] }));
  tally.add(plan, outcome);
  if (outcome.faults.length === 0) return;
  faulty += 1;
  process.stdout.write(`✗ pnpm simulate --seed ${seed}${isReal ? " --real" : ""}\n`);
  for (const fault of outcome.faults) process.stdout.write(`    ${fault}\n`);
}

async function playAll(world: World, name: string, seeds: number): Promise<void> {
  const tally = new Tally();
  for (let seed = 0; seed < seeds; seed++) await play(world, seed, tally);
  process.stdout.write(`${name}: ${tally.summary()}\n`);
}

if (only === undefined) {
  await playAll(cheapWorld, "with stand-ins", count);
  await playAll(realWorld, "with FROST and Ed25519", Math.ceil(count / 40));
} else {
  const tally = new Tally();
  await play(values.real ? realWorld : cheapWorld, only, tally);
  process.stdout.write(`${tally.story()}\n`);
}
process.stdout.write(
  faulty === 0 ? "nothing happened that must not\n" : `${faulty} runs in which something happened that must not\n`,
);
process.exitCode = faulty === 0 ? 0 : 1;
