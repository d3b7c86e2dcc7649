import { SeededRandom } from "@countersign/testkit";
import { malices } from "../malice.ts";
import { underhand } from "../whole/malice.ts";
import { hostiles } from "./hostile.ts";
import type { Storage } from "./medium.ts";
import { type MixedPlan, mixedPlanOf } from "./mixed/mixed-plan.ts";

/** Something that goes wrong once. */
export type Mishap =
  | { readonly type: "crash" | "drain"; readonly node: number; readonly atMs: number; readonly awayMs: number }
  /** A node and the store that it shares hear nothing of each other. */
  | { readonly type: "apart"; readonly node: number; readonly atMs: number; readonly ms: number }
  | { readonly type: "cut"; readonly atMs: number; readonly party: number }
  | { readonly type: "freeze"; readonly atMs: number; readonly party: number; readonly ms: number }
  | { readonly type: "kill"; readonly atMs: number; readonly party: number; readonly awayMs: number }
  /** So many ms after messages could flow for the party. */
  | { readonly type: "kill-ready"; readonly afterMs: number; readonly party: number; readonly awayMs: number };

/** What happens in a world; all of it follows from the seed. */
export interface WorldPlan {
  readonly seed: number;
  readonly parties: number;
  /** Of the relay; several have a store in common. */
  readonly nodes: number;
  readonly purpose: "talk" | "sign" | "keygen";
  /** Ms that bytes take at most, and a disk. */
  readonly delayMs: number;
  readonly diskMs: number;
  readonly storage: Storage;
  readonly mishaps: readonly Mishap[];
  /** Ms from which on nothing goes wrong any more. */
  readonly calmFromMs: number;
  /** What the relay does that is not honest, and how often. */
  readonly hostile: { readonly name: string; readonly often: number; readonly untilMs: number } | undefined;
  /** The party that does not behave, and what it does: `underhand` or in the ceremony. */
  readonly mallory: { readonly index: number; readonly malice: string } | undefined;
  /** How fast the clocks go: of the first node, and of each party; and of the other nodes. */
  readonly paces: readonly number[];
  readonly nodePaces: readonly number[];
  /** Seconds by which wall clocks are wrong. */
  readonly skews: readonly number[];
  readonly lines: number;
  readonly longest: number;
  readonly protocolMs: number;
  /** Those who meet in the clear at the same relay, in two dialects. */
  readonly mixed: MixedPlan | undefined;
}

/** Makes a plan. A third of all runs have neither a liar nor a hostile relay nor a party that is killed. */
export function worldPlanOf(seed: number, isReal = false): WorldPlan {
  const random = new SeededRandom(seed ^ 0x5eed);
  const parties = random.pick(isReal ? [2, 2, 3] : [2, 2, 2, 2, 3, 3, 4]);
  const purpose = isReal ? "keygen" : random.pick(["talk", "talk", "talk", "sign", "sign"] as const);
  const nodes = random.pick([1, 1, 1, 1, 1, 2, 2, 3]);
  const calmFromMs = 5_000 + random.integer(40_000);
  const foul = random.pick(["nothing", "nothing", "nothing", "hostile", "lossy", "mallory", "kills", "kills"] as const);
  const party = () => 1 + random.integer(parties);
  const at = () => random.integer(calmFromMs);
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: random.integer(most + 1) }, make);
  const isCalm = random.chance(0.1);
  const mishaps: Mishap[] = isCalm
    ? []
    : [
        ...some(2, () => ({
          type: random.pick(["crash", "crash", "drain"] as const),
          node: random.integer(nodes),
          atMs: at(),
          awayMs: 20 + random.integer(3_000),
        })),
        ...some(4, () => ({ type: "cut" as const, atMs: at(), party: party() })),
        ...some(1, () => ({ type: "freeze" as const, atMs: at(), party: party(), ms: random.integer(8_000) })),
      ];
  if (foul === "kills") {
    const times = 1 + random.integer(2);
    for (let i = 0; i < times; i++) {
      const [who, awayMs] = [party(), 1 + random.integer(4_000)];
      if (random.chance(0.3)) mishaps.push({ type: "kill", atMs: at(), party: who, awayMs });
      else mishaps.push({ type: "kill-ready", afterMs: random.integer(3_000), party: who, awayMs });
    }
  }
  const among = new SeededRandom(seed ^ 0x6e6f6465);
  if (!isCalm && nodes > 1 && among.chance(0.4)) {
    mishaps.push({
      type: "apart",
      node: among.integer(nodes),
      atMs: among.integer(calmFromMs),
      ms: among.integer(10_000),
    });
  }
  const inCeremony = purpose === "talk" ? [] : Object.keys(malices);
  return {
    seed,
    ...{ parties, nodes, purpose, calmFromMs, mishaps },
    delayMs: random.pick([2, 30, 200]),
    diskMs: random.pick([1, 20, 300]),
    storage: {
      delayMs: random.pick([1, 5, 40]),
      stallMs: isCalm ? 40 : random.pick([40, 1_000, 3_000]),
      failing: isCalm ? 0 : random.pick([0, 0, 0.05, 0.3]),
      untilMs: calmFromMs,
    },
    hostile:
      foul === "hostile"
        ? {
            name: random.pick(Object.keys(hostiles)),
            often: random.pick([0.02, 0.1, 0.3]),
            untilMs: random.pick([calmFromMs, Infinity]),
          }
        : foul === "lossy"
          ? {
              name: random.pick(["withholds", "doubles", "reorders", "replays"]),
              often: random.pick([0.02, 0.1]),
              untilMs: calmFromMs,
            }
          : undefined,
    mallory:
      foul === "mallory"
        ? { index: party(), malice: random.pick([...Object.keys(underhand), ...inCeremony]) }
        : undefined,
    paces: Array.from({ length: parties + 1 }, () => paceOf(random)),
    nodePaces: Array.from({ length: nodes - 1 }, () => paceOf(among)),
    skews: Array.from({ length: parties }, () => random.pick([0, 0, -400_000_000, 86_400, 315_360_000])),
    lines: 1 + random.integer(4),
    longest: random.pick([300, 3_000, 90_000]),
    protocolMs: random.pick([0, 200]),
    mixed: isReal ? undefined : mixedPlanOf(seed, calmFromMs),
  };
}

function paceOf(random: SeededRandom): number {
  return random.chance(0.5) ? 1 : 0.95 + random.integer(100) / 1_000;
}
