import { SeededRandom } from "@countersign/testkit";
import type { Weather } from "./links.ts";
import { malices } from "./malice.ts";

/** What happens in a run; all of it follows from the seed. */
export interface Plan {
  readonly seed: number;
  readonly count: number;
  readonly weather: Weather;
  /** By party: in which of its actions it is killed, and for how many ms it is away. */
  readonly crashes: ReadonlyMap<number, ReadonlyMap<number, number>>;
  /** When the relay restarts, in ms. */
  readonly restarts: readonly number[];
  /** Number of the malicious party, and what it does. */
  readonly mallory: { readonly number: number; readonly malice: string } | undefined;
  readonly random: SeededRandom;
}

/** Actions of a party in which it may be killed: a little more than a party of five has in a calm run. */
const ACTIONS = 130;

/** What may happen in a world: by default what may in one that begins when all channels are there. */
export interface Dangers {
  /** Names of what a malicious party may do. */
  readonly malices: readonly string[];
  /** Actions of a party in which it may be killed. */
  readonly actions: number;
  /** How many parties of all are not killed at all. */
  readonly spared: number;
  /** How many packets of all are lost. */
  readonly drops: readonly number[];
}

const inCeremonies: Dangers = { malices: Object.keys(malices), actions: ACTIONS, spared: 0.3, drops: [0, 0.05, 0.2] };

/** Makes a plan: every other run has a malicious party, and most have crashes. */
export function planOf(seed: number, most = 5, { malices, actions, spared, drops }: Dangers = inCeremonies): Plan {
  const random = new SeededRandom(seed);
  const count = 2 + random.integer(most - 1);
  const mallory = random.chance(0.5) ? { number: 1 + random.integer(count), malice: random.pick(malices) } : undefined;
  const crashes = new Map<number, ReadonlyMap<number, number>>();
  for (let number = 1; number <= count; number++) {
    if (number === mallory?.number || random.chance(spared)) continue;
    // Every step in turn, and sometimes two more.
    const steps = [
      (seed + 37 * number) % actions,
      ...(random.chance(0.3) ? [random.integer(actions), random.integer(actions)] : []),
    ];
    crashes.set(number, new Map(steps.map((step) => [step, 1 + random.integer(4_000)])));
  }
  return {
    seed,
    count,
    weather: {
      drop: random.pick(drops),
      duplicate: random.pick([0, 0.1, 0.5]),
      delayMs: random.pick([1, 50, 1_000]),
    },
    crashes,
    restarts: random.chance(0.3) ? [random.integer(5_000), random.integer(20_000)] : [],
    mallory,
    random,
  };
}
