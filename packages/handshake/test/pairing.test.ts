import { describe, expect, test } from "vitest";
import { drops, failures } from "./support/ceremony.ts";
import { introduce, party, session } from "./support/parties.ts";

describe("a first contact with the right code", () => {
  const parties = [party(1, "alice"), party(2, "bob")];

  test("brings the pair up, shows both the same SAS and lets messages through once both have said yes", () => {
    const run = session(parties);
    introduce(run, parties);
    expect(run.run({ until: () => [1, 2].every((n) => run.outputsOf(n, "sas").length === 1), limitMs: 1_000 })).toBe(
      true,
    );
    const [a, b] = [run.outputsOf(1, "sas")[0], run.outputsOf(2, "sas")[0]];
    expect(a?.words).toMatch(/^[a-z]+(-[a-z]+){4}$/);
    expect(a?.digits).toMatch(/^[0-9]{6}$/);
    expect(b).toEqual(a);
    expect(a?.parties.map(({ label }) => label)).toEqual(["alice", "bob"]);

    run.input(1, { type: "confirm", same: true });
    run.run({ limitMs: 500 });
    expect(run.outputsOf(1, "ready")).toEqual([]);
    expect(run.outputsOf(2, "peer-confirmed")).toEqual([{ type: "peer-confirmed", number: 1 }]);
    run.input(2, { type: "confirm", same: true });
    run.run({ limitMs: 500 });
    for (const number of [1, 2]) expect(run.outputsOf(number, "ready")).toHaveLength(1);

    const bytes = new Uint8Array(100_000).fill(7);
    run.input(1, { type: "send", to: 2, round: 3, bytes });
    run.run({ limitMs: 2_000 });
    expect(run.outputsOf(2, "message")).toEqual([{ type: "message", seq: 1, from: 1, round: 3, bytes }]);
    expect(run.outputsOf(1, "delivered").length).toBeGreaterThan(0);
    for (const number of [1, 2]) {
      expect(failures(run, number)).toEqual([]);
      expect(drops(run, number).filter((code) => code !== "channel.duplicate")).toEqual([]);
    }
  });
});
