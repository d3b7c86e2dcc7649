import { describe, expect, test } from "vitest";
import { createPeerGroup } from "../../src/group/peer-group.ts";
import type { Trust } from "../../src/peer-group-types.ts";
import { confirmAll, failures, isUp } from "../support/ceremony.ts";
import { introduce, party, prkOf, rightCode, session } from "../support/parties.ts";

/**
 * Alice (1) and Bob (2) think that they talk to each other. The relay has told each of them of an endpoint of its own:
 * Mallory poses as 2 towards Alice and as 1 towards Bob.
 */
function split(malloryTrust: Trust) {
  const toAlice = [party(1, "alice"), party(2, "bob", { self: mallory(2, "bob"), trust: malloryTrust })];
  const toBob = [party(1, "alice", { self: mallory(1, "alice"), trust: malloryTrust }), party(2, "bob")];
  return { left: begin(toAlice), right: begin(toBob) };
}

function mallory(number: number, label: string) {
  const { self } = party(number, `mallory ${number}`).options;
  return { ...self, label };
}

function begin(pair: ReturnType<typeof party>[]) {
  const fixed = pair.map((p) => ({ ...p, eid: p.options.self.eid }));
  const run = session(fixed);
  introduce(run, fixed);
  return run;
}

describe("a relay in the middle", () => {
  test("that does not know the code brings up nothing, and every guess is counted", () => {
    const { left, right } = split({ type: "code", prk: prkOf("wrong") });
    left.run({ limitMs: 120_000 });
    right.run({ limitMs: 120_000 });
    expect([isUp(left, 1), isUp(right, 2)]).toEqual([false, false]);
    // Towards Alice Mallory calls (2 > 1) and is counted as a failed guess; towards Bob, Bob has charged it himself.
    expect(left.outputsOf(1, "guess-failed")).toEqual([{ type: "guess-failed", from: 2, left: 9 }]);
    expect(right.outputsOf(2, "persist").map(({ entry }) => entry)).toContainEqual({ type: "guesses", count: 1 });
    expect(failures(left, 1)).toEqual(["peer.timeout"]);
    expect(failures(right, 2)).toEqual(["peer.code-unproven"]);
  });

  test("that knows the code makes two different strings, and one no ends it on both of its sides", () => {
    const { left, right } = split(rightCode);
    for (const run of [left, right]) expect(run.run({ until: () => run.outputsOf(1, "sas").length === 1 })).toBe(true);
    right.run({ limitMs: 1_000 });
    left.run({ limitMs: 1_000 });
    const [a, b] = [left.outputsOf(1, "sas")[0], right.outputsOf(2, "sas")[0]];
    expect(a?.words).not.toBe(b?.words);
    expect(a?.digits).not.toBe(b?.digits);

    right.input(2, { type: "confirm", same: false });
    right.run({ limitMs: 1_000 });
    expect(failures(right, 2)).toEqual(["peer.sas-mismatch"]);
    expect(failures(right, 1)).toEqual(["peer.sas-mismatch"]);
    expect(right.outputsOf(2, "persist").map(({ entry }) => entry)).toContainEqual({ type: "sas-failed" });
    expect(right.outputsOf(2, "ready")).toEqual([]);
  });

  test("that knows the code cannot say yes for Bob: Alice alone pins nobody", () => {
    const { left } = split(rightCode);
    left.run({ until: () => left.outputsOf(1, "sas").length === 1 });
    left.input(1, { type: "confirm", same: true });
    left.run({ limitMs: 60_000 });
    expect(left.outputsOf(1, "ready")).toEqual([]);
  });
});

describe("guesses", () => {
  test("P3 does not leave before its guess is on disk", () => {
    const [alice, bob] = [party(1, "alice"), party(2, "bob")];
    const run = session([alice]);
    const machine = createPeerGroup(bob.options);
    const now = run.clock.now();
    const called = machine.step({ type: "member", number: 1, eid: alice.eid, versions: Uint8Array.of(1) }, now);
    const [persistAt] = called.filter(({ type }) => type === "persist");
    expect(called.map(({ type }) => type)).toEqual(["persist", "wake"]);
    const p1 = machine.step({ type: "persisted", id: persistAt?.type === "persist" ? persistAt.id : 0 }, now);
    expect(p1.map(({ type }) => type)).toEqual(["send"]);
    run.input(1, { type: "member", number: 2, eid: bob.eid, versions: Uint8Array.of(1) });
    for (const output of p1) if (output.type === "send") run.deliver({ from: 2, to: 1, bytes: output.bytes });
    const p2 = run.sent[0];
    if (p2 === undefined) throw new Error("no P2");
    const onP2 = machine.step({ type: "packet", from: 1, bytes: p2.bytes }, now);
    expect(onP2.filter(({ type }) => type !== "wake")).toEqual([
      { type: "persist", id: expect.any(Number), entry: { type: "guesses", count: 1 } },
    ]);
  });

  test("cancelling and retyping gives nothing back: ten runs with charged guesses, and none is left", () => {
    const [alice, bob] = [party(1, "alice"), party(2, "bob")];
    let used = 0;
    for (let run = 0; run < 10; run++) {
      const trust: Trust = { type: "code", prk: prkOf("right"), guessesUsed: used };
      const pair = [alice, party(2, `bob ${run}`, { trust })];
      const simulation = session(pair, (envelope) =>
        // The relay withholds P4, the only thing that gives a guess back.
        envelope.bytes[2] === 0x43 && envelope.bytes[20] === 4 ? [] : [{ ...envelope, delayMs: 1 }],
      );
      introduce(simulation, pair);
      simulation.run({ limitMs: 500 });
      for (const { entry } of simulation.outputsOf(2, "persist")) if (entry.type === "guesses") used = entry.count;
    }
    expect(used).toBe(10);
    const spent = [alice, { ...bob, options: { ...bob.options, trust: { ...rightCode, guessesUsed: used } as Trust } }];
    const last = session(spent);
    introduce(last, spent);
    last.run({ limitMs: 1_000 });
    expect(failures(last, 2)).toEqual(["peer.wrong-code"]);
    expect(last.sent.filter(({ from, bytes }) => from === 2 && bytes[20] === 3)).toEqual([]);
  });

  test("with a limit of one, the first failed guess ends it", () => {
    const strict: Trust = { type: "code", prk: prkOf("right"), guessLimit: 1 };
    const pair = [
      party(1, "alice", { trust: strict }),
      party(2, "bob", { trust: { type: "code", prk: prkOf("wrong") } }),
    ];
    const run = session(pair);
    introduce(run, pair);
    run.run({ limitMs: 1_000 });
    expect(failures(run, 1)).toEqual(["peer.wrong-code"]);
  });

  test("with a limit of one, an honest session still works", () => {
    const strict: Trust = { type: "code", prk: prkOf("right"), guessLimit: 1 };
    const pair = [party(1, "alice", { trust: strict }), party(2, "bob", { trust: strict })];
    const run = session(pair);
    introduce(run, pair);
    expect(confirmAll(run, [1, 2])).toBe(true);
  });
});
