import type { Counts } from "./counts.ts";
import { count } from "./counts.ts";
import type { KindFlags } from "./kinds.ts";
import { type Dangers, planOf } from "./plan.ts";
import { wholeDangers } from "./whole/malice.ts";
import { cheapWhole, realWhole } from "./whole/worlds.ts";
import { tell } from "./world/judge.ts";
import { worldPlanOf } from "./world/plan.ts";
import { play } from "./world/play.ts";
import { cheapWorld, realWorld, type World } from "./worlds.ts";

/** What one run came to. */
export interface Report {
  /** What must not have happened. */
  readonly faults: readonly string[];
  readonly counts: Counts;
  /** The run in words. */
  readonly story: readonly string[];
  /** The same for every run of the seed, where there is one. */
  readonly digest?: string;
}

interface Ceremonies {
  readonly world: World;
  /** Parties at most. */
  readonly most: number;
  readonly dangers?: Dangers;
}

/** Plays one seed; `isTold`: whether the run is to be told in words. */
export type Player = (seed: number, isTold: boolean) => Promise<Report>;

/** Who plays which kind. */
export const players: Readonly<Record<KindFlags, Player>> = {
  "": ceremonies({ world: cheapWorld, most: 5 }),
  " --real": ceremonies({ world: realWorld, most: 4 }),
  " --whole": ceremonies({ world: cheapWhole, most: 5, dangers: wholeDangers }),
  " --whole --real": ceremonies({ world: realWhole, most: 3, dangers: wholeDangers }),
  " --relay": relays(false),
  " --relay --real": relays(true),
};

function ceremonies({ world, most, dangers }: Ceremonies): Player {
  return async (seed) => {
    const plan = planOf(seed, most, dangers);
    const { faults, courses } = await world(plan);
    const counts: Counts = {};
    const story: string[] = [];
    if (plan.mallory !== undefined) count(counts, "with a malicious party");
    for (const { processes, ms } of courses) {
      count(counts, "simulated ms", ms);
      count(counts, "ceremonies");
      if ([...processes.values()].every(({ ends }) => ends.at(-1)?.type === "complete")) count(counts, "complete");
      for (const [number, { ends, killedAt, actions }] of processes) {
        for (const doing of killedAt) count(counts, `killed at ${doing}`);
        for (const end of ends) if (end.type === "failed") count(counts, `failed with ${end.code}`);
        const told = ends.map((end) => (end.type === "complete" ? "complete" : `${end.code}: ${end.detail}`));
        const killed = killedAt.join(", ") || "none";
        story.push(`party ${number}: ${actions} actions, killed at ${killed}; ${told.join("; ") || "no end"}`);
      }
      const liar =
        plan.mallory === undefined ? "nobody malicious" : `party ${plan.mallory.number} ${plan.mallory.malice}`;
      story.push(`${plan.count} parties, ${(ms / 1_000).toFixed(1)} s, ${liar}`);
    }
    return { faults, counts, story };
  };
}

function relays(isReal: boolean): Player {
  return async (seed, isTold) => {
    const plan = worldPlanOf(seed, isReal);
    const { played, faults, trace, mixed } = await play(plan, { isReal, isKept: isTold });
    const { parties, ledger, endedMs } = played;
    const counts: Counts = {};
    count(counts, "simulated ms", endedMs);
    count(counts, "acknowledged", ledger.acknowledged);
    count(counts, "delivered", ledger.delivered);
    if (plan.hostile !== undefined) count(counts, "with a relay that is not honest");
    if (plan.mallory !== undefined) count(counts, "with a malicious party");
    for (const { type } of plan.mishaps) if (!type.startsWith("kill")) count(counts, `mishap ${type}`);
    for (const party of parties) {
      count(counts, "mishap kill", party.kills);
      count(counts, party.end?.type === "complete" ? "complete" : `failed with ${party.end?.code}`);
    }
    for (const { end } of mixed?.attendees ?? []) count(counts, `in the clear ${(end ?? "no end").split(":")[0]}`);
    const ends = parties.map(
      ({ options, end }) => `party ${options.index}: ${end === undefined ? "no end" : tell(end)}`,
    );
    const told = (mixed?.attendees ?? []).map(({ name, end }) => `${name}: ${end ?? "no end"}`);
    return { faults, counts, story: [JSON.stringify(plan), ...trace.story, ...ends, ...told], digest: trace.digest() };
  };
}
