import { SeededRandom } from "@countersign/testkit";

/** Those who meet in one session in the clear: machines that are members by their connection, and members with a token. */
export interface MixedPlan {
  readonly machines: number;
  readonly members: number;
  /** How much each of them says. */
  readonly lines: number;
  /** To whom something happens, by the places of machines and then members, and when. */
  readonly mishaps: readonly {
    readonly type: "cut" | "freeze";
    readonly place: number;
    readonly atMs: number;
    readonly ms: number;
  }[];
}

/** Who meets in the world of a seed, nobody in most; by draws of its own, so that the rest of a world does not depend on it. */
export function mixedPlanOf(seed: number, calmFromMs: number): MixedPlan | undefined {
  const random = new SeededRandom(seed ^ 0x6d7063);
  if (!random.chance(0.25)) return undefined;
  const machines = 1 + random.integer(3);
  const members = 1 + random.integer(2);
  const mishaps = Array.from({ length: random.pick([0, 0, 1, 2]) }, () => ({
    type: random.pick(["cut", "freeze"] as const),
    place: random.integer(machines + members),
    atMs: random.integer(calmFromMs),
    ms: random.integer(8_000),
  }));
  return { machines, members, lines: 2 + random.integer(6), mishaps };
}
