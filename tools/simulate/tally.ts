import type { Plan } from "./plan.ts";
import type { Outcome } from "./worlds.ts";

/** Counts what happened in many runs, so that a world in which nothing happens does not pass for a good one. */
export class Tally {
  private readonly began = performance.now();
  private runs = 0;
  private ceremonies = 0;
  private complete = 0;
  private kills = 0;
  private malicious = 0;
  /** What a party was doing when it was killed. */
  private readonly killedAt = new Map<string, number>();
  private readonly codes = new Map<string, number>();
  private readonly stories: string[] = [];

  add(plan: Plan, { courses }: Outcome): void {
    this.runs += 1;
    if (plan.mallory !== undefined) this.malicious += 1;
    for (const course of courses) {
      this.ceremonies += 1;
      const all = [...course.processes];
      if (all.every(([, { ends }]) => ends.at(-1)?.type === "complete")) this.complete += 1;
      for (const [number, { ends, killedAt, actions }] of all) {
        this.kills += killedAt.length;
        for (const doing of killedAt) count(this.killedAt, doing);
        for (const end of ends) if (end.type === "failed") count(this.codes, end.code);
        const told = ends.map((end) => (end.type === "complete" ? "complete" : `${end.code}: ${end.detail}`));
        this.stories.push(
          `party ${number}: ${actions} actions, killed at ${killedAt.join(", ") || "none"}; ${told.join("; ") || "no end"}`,
        );
      }
      this.stories.push(
        `${plan.count} parties, ${(course.ms / 1_000).toFixed(1)} s, ${plan.mallory === undefined ? "nobody malicious" : `party ${plan.mallory.number} ${plan.mallory.malice}`}`,
      );
    }
  }

  summary(): string {
    const seconds = ((performance.now() - this.began) / 1_000).toFixed(1);
    return [
      `${this.runs} runs, ${this.ceremonies} ceremonies in ${seconds} s: ${this.complete} complete, the others failed with a name`,
      `  ${this.malicious} with a malicious party, ${this.kills} kills`,
      `  killed at ${list(this.killedAt)}`,
      `  failed with ${list(this.codes)}`,
    ].join("\n");
  }

  /** The same of one run, in more words. */
  story(): string {
    return this.stories.join("\n");
  }
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

function list(map: ReadonlyMap<string, number>): string {
  return (
    [...map]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([key, times]) => `${key} ${times}`)
      .join(", ") || "nothing"
  );
}
