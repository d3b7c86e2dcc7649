import { hostileRelay, perfectNetwork, SeededRandom } from "@countersign/testkit";
import { describe, expect, test } from "vitest";
import { failures, pinsOf, readySession } from "../support/ceremony.ts";
import { introduce, party, type Session, session } from "../support/parties.ts";

const hostility = {
  drop: 0.2,
  duplicate: 0.2,
  delayMs: 400,
  flip: 0.1,
  truncate: 0.05,
  replay: 0.3,
  reflect: 0.1,
  inject: 0.1,
};

const pair = [party(1, "alice"), party(2, "bob")] as const;
const first = readySession(pair);
const pinned = pair.map(({ number, options }) => ({
  number,
  eid: options.self.eid,
  options: { ...options, trust: { type: "pins", pins: pinsOf(first, number) } as const },
}));

/** Sends numbered messages both ways, re-linking now and then, and returns what arrived. */
function converse(run: Session, random: SeededRandom): number {
  const count = 8;
  for (let i = 0; i < count; i++) {
    for (const number of [1, 2])
      run.input(number, { type: "send", to: 3 - number, round: i, bytes: random.bytes(i * 90) });
    const caller = 1 + random.integer(2);
    if (random.chance(0.3)) run.input(caller, { type: "relink", number: 3 - caller });
    if (random.chance(0.3)) run.input(1 + random.integer(2), { type: "reconnected" });
    run.run({ limitMs: random.integer(2_000) });
  }
  return count;
}

describe("under a hostile relay", () => {
  test("100 seeds of pinned sessions: equal SAS, everything delivered once and in order after it lets go", () => {
    let opened = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const random = new SeededRandom(seed);
      const run = session(pinned, hostileRelay(hostility), seed);
      introduce(run, pinned);
      const ready = run.run({
        until: () => [1, 2].every((n) => run.outputsOf(n, "ready").length > 0),
        limitMs: 25_000,
      });
      if (!ready) {
        // A relay can always prevent a session; it must not bring half of one about.
        run.run({ limitMs: 120_000 });
        for (const n of [1, 2])
          if (failures(run, n).length === 0) expect(run.outputsOf(n, "ready").length).toBeLessThan(2);
        continue;
      }
      opened++;
      expect(run.outputsOf(1, "sas")[0]?.words, `seed ${seed}`).toBe(run.outputsOf(2, "sas")[0]?.words);
      const count = converse(run, random);
      run.policy = perfectNetwork;
      for (const n of [1, 2]) run.input(n, { type: "reconnected" });
      const done = () => [1, 2].every((n) => run.outputsOf(n, "message").length >= count);
      expect(run.run({ until: done, limitMs: 60_000 }), `seed ${seed}`).toBe(true);
      for (const n of [1, 2]) {
        expect(run.outputsOf(n, "message").map(({ round }) => round)).toEqual(
          Array.from({ length: count }, (_, i) => i),
        );
        expect(failures(run, n)).toEqual([]);
      }
    }
    expect(opened).toBeGreaterThan(50);
  });

  test("40 seeds of first contacts with a code: ready on both sides with one SAS, or no SAS differs", () => {
    let opened = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const run = session(pair, hostileRelay(hostility), seed);
      introduce(run, pair);
      run.run({ until: () => [1, 2].every((n) => run.outputsOf(n, "sas").length > 0), limitMs: 120_000 });
      const [a, b] = [1, 2].map((n) => run.outputsOf(n, "sas")[0]?.words);
      if (a !== undefined && b !== undefined) {
        expect(a, `seed ${seed}`).toBe(b);
        opened++;
      }
      for (const n of [1, 2]) expect(failures(run, n).filter((code) => code === "peer.protocol")).toEqual([]);
    }
    expect(opened).toBeGreaterThan(20);
  });
});
