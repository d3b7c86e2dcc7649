import { describe, expect, it } from "vitest";
import { type Plan, planOf } from "../plan.ts";
import { standInBackend, watched } from "../whole/backends.ts";
import { judgeWhole } from "../whole/judge.ts";
import { wholeDangers } from "../whole/malice.ts";
import { Table } from "../whole/table.ts";
import { cheapWhole, realWhole } from "../whole/worlds.ts";

const calm = (seed: number, change: Partial<Plan> = {}): Plan => {
  return { ...planOf(seed, 3, wholeDangers), count: 2, mallory: undefined, crashes: new Map(), ...change };
};
const ends = async (plan: Plan) =>
  [...((await cheapWhole(plan)).courses[0]?.processes.values() ?? [])].map(({ ends: [end] }) =>
    end?.type === "failed" ? end.code : end?.type,
  );

describe("the simulation of whole sessions", () => {
  it("finds nothing in runs of many kinds", async () => {
    for (let seed = 0; seed < 20; seed++) {
      expect((await cheapWhole(planOf(seed, 3, wholeDangers))).faults, `seed ${seed}`).toEqual([]);
    }
  });

  it("finds nothing with FROST, Noise and Ed25519 as they are", async () => {
    const { faults, courses } = await realWhole(calm(1));
    expect(faults).toEqual([]);
    expect(courses[0]?.ended).toBe(true);
  });

  it("comes to a result where nobody is malicious or killed", async () => {
    expect(await ends(calm(3))).toEqual(["complete", "complete"]);
  });

  it("comes to a result where somebody is killed behind the SAS", async () => {
    const killed: string[] = [];
    for (let step = 150; step < 165; step++) {
      const { faults, courses } = await cheapWhole(calm(5, { crashes: new Map([[1, new Map([[step, 500]])]]) }));
      expect(faults).toEqual([]);
      killed.push(...(courses[0]?.processes.get(1)?.killedAt ?? []));
    }
    expect(killed.length).toBeGreaterThan(5);
  });

  it("lets people find out about somebody who shows everybody another key", async () => {
    const mallory = { number: 2, malice: "shows everybody another key" };
    const { faults, courses } = await cheapWhole(calm(4, { count: 3, mallory }));
    expect(faults).toEqual([]);
    const codes = [...(courses[0]?.processes.values() ?? [])].flatMap((played) =>
      played.ends.map((end) => (end.type === "failed" ? end.code : end.type)),
    );
    expect(codes).toContain("peer.sas-mismatch");
    expect(codes).not.toContain("complete");
  });
});

describe("what the simulation of whole sessions would find", () => {
  const verify = () => true;

  it("a number that is used twice under one key", () => {
    const found: string[] = [];
    const key = watched(standInBackend, (what) => found.push(what))
      .cipher("ChaChaPoly")
      .importKey(new Uint8Array(32));
    const empty = new Uint8Array(0);
    for (const n of [0, 1]) key.seal(n, empty, empty);
    expect(found).toEqual([]);
    key.seal(1, empty, empty);
    expect(found).toEqual(["number 1 under one key"]);
  });

  it("a party that is shown two strings, and one that never ends", () => {
    const table = new Table([1, 2]);
    table.show(1, "one");
    table.show(1, "two");
    const course = { programs: new Map(), ended: false, table, mallory: undefined };
    expect(judgeWhole(course, verify)).toEqual(["party 1 was shown two strings", "a party never came to an end"]);
  });

  it("people who would say yes to different strings", () => {
    const table = new Table([1, 2]);
    table.show(1, "one");
    expect(table.verdict()).toBeUndefined();
    table.show(2, "two");
    expect(table.verdict()).toBe(false);
    table.shown.set(2, "one");
    expect(table.verdict()).toBe(true);
  });
});
