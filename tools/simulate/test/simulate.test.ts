import { describe, expect, it } from "vitest";
import { type Course, hold, type Setting } from "../ceremony.ts";
import { cheapProtocol } from "../cheap-protocol.ts";
import { judge } from "../judge.ts";
import { malices } from "../malice.ts";
import { planOf } from "../plan.ts";
import { cheapWorld, realWorld, standIns } from "../worlds.ts";

describe("the simulation of ceremonies", () => {
  it("finds nothing in runs of every kind", async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 130; seed++) {
      const plan = planOf(seed);
      seen.add(plan.mallory?.malice ?? "nobody");
      expect((await cheapWorld(plan)).faults, `seed ${seed}`).toEqual([]);
    }
    expect([...seen].sort()).toEqual([...Object.keys(malices), "nobody"].sort());
  });

  it("finds nothing with FROST and Ed25519 as they are", async () => {
    const { faults, courses } = await realWorld({ ...planOf(1), count: 3, mallory: undefined });
    expect(faults).toEqual([]);
    expect(courses).toHaveLength(2);
  });

  it("is the same with each run of a seed", async () => {
    const ends = async () => (await cheapWorld(planOf(7))).courses.map(summary);
    expect(await ends()).toEqual(await ends());
  });
});

describe("what the simulation would find", () => {
  const { verify, signers } = standIns(1);

  function setting(change: Partial<Setting> = {}): Setting {
    const plan = { ...planOf(1), count: 3, mallory: undefined, crashes: new Map() };
    const numbers = [1, 2, 3];
    return {
      ...{
        plan,
        kind: "sign",
        threshold: 2,
        transcript: new Uint8Array(32),
        numbers,
        signers: signers(numbers),
        verify,
      },
      protocol: (number) => cheapProtocol(number, numbers, plan.random.bytes),
      ...change,
    };
  }

  it("a party whose disk forgets, and whose nonces answer twice", async () => {
    let found = 0;
    for (let seed = 0; seed < 200; seed++) {
      const plan = {
        ...planOf(seed),
        count: 3,
        mallory: undefined,
        crashes: new Map([[1, new Map([[seed % 40, 1]])]]),
      };
      const course = await hold(setting({ plan, disk: "forgets" }));
      if (judge(course, undefined, verify).some((fault) => fault.includes("said two things"))) found++;
    }
    expect(found).toBeGreaterThan(10);
  });

  it("somebody who is named and behaves, or lies and is not", async () => {
    const plan = { ...setting().plan, mallory: { number: 2, malice: "falls silent" } };
    const course = await hold(setting({ plan }));
    expect(judge(course, 2, verify)).toEqual([]);
    expect(judge(course, 3, verify).some((fault) => fault.includes("somebody who behaves is named"))).toBe(true);
    expect(judge(course, 3, verify).some((fault) => fault.includes("is not named"))).toBe(true);
    expect(judge(course, undefined, verify).length).toBeGreaterThan(0);
  });

  it("two parties with different results, or one with none", async () => {
    const course = await hold(setting());
    const [first] = [...course.processes.values()];
    const [end] = first?.ends ?? [];
    if (first === undefined || end?.type !== "complete") throw new Error("it should have been complete");
    expect(judge(course, undefined, verify)).toEqual([]);
    first.ends.push({ ...end, outcome: new Uint8Array(32) });
    expect(judge(course, undefined, verify)).toEqual(["two parties have different outcomes or records"]);
    expect(judge({ ...course, ended: false }, undefined, verify)).toContain("a party never came to an end");
  });
});

const summary = ({ processes, ms }: Course) => ({
  ms,
  ends: [...processes].map(([number, { ends, actions }]) => [number, actions, ends.map(({ type }) => type)]),
});
