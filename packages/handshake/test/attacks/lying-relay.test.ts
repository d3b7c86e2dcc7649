import { describe, expect, test } from "vitest";
import type { PeerGroupOptions } from "../../src/peer-group-types.ts";
import { confirmAll, drops, failures, isUp, pinsOf, readySession } from "../support/ceremony.ts";
import { introduce, parameters, party, rightCode, session } from "../support/parties.ts";

/** Runs two parties of whom the second was told something else; neither may come up. */
function expectNothing(changes: Partial<PeerGroupOptions>): void {
  const pair = [party(1, "alice"), party(2, "bob", changes)];
  const run = session(pair);
  introduce(run, pair);
  run.run({ limitMs: 120_000 });
  expect([isUp(run, 1), isUp(run, 2)]).toEqual([false, false]);
  expect(failures(run, 1)).toHaveLength(1);
}

describe("a relay that lies to one of two", () => {
  test.each([
    ["the kind", { ...parameters, kind: "sign" as const }],
    ["the threshold", { ...parameters, threshold: 1 }],
    ["the group", { ...parameters, group: new Uint8Array(16).fill(9) }],
    ["the session", { ...parameters, session: new Uint8Array(16).fill(9) }],
  ])("about %s makes the handshake fail, nothing else", (_, changed) => {
    expectNothing({ parameters: changed });
  });

  test("about the number of parties makes the handshake fail", () => {
    expectNothing({ parameters: { ...parameters, parties: 3 } });
  });

  test("about who has which number makes the handshake fail (unknown key share)", () => {
    const [alice, bob] = [party(1, "alice"), party(2, "bob")];
    const swapped = party(1, "bob");
    const run = session([alice, { ...swapped, number: 2 }]);
    run.input(1, { type: "member", number: 2, eid: bob.eid, versions: Uint8Array.of(1) });
    // Bob believes to be 1 and that Alice is 2.
    run.input(2, { type: "member", number: 2, eid: alice.eid, versions: Uint8Array.of(1) });
    run.policy = (envelope) => [
      { ...envelope, to: envelope.from === 1 ? 2 : 1, from: envelope.from === 1 ? 2 : 2, delayMs: 1 },
    ];
    run.run({ limitMs: 120_000 });
    expect([isUp(run, 1), isUp(run, 2)]).toEqual([false, false]);
  });

  test("about an eid makes the handshake fail", () => {
    const pair = [party(1, "alice"), party(2, "bob")];
    const run = session(pair);
    const other = party(2, "somebody else");
    run.input(1, { type: "member", number: 2, eid: other.eid, versions: Uint8Array.of(1) });
    run.input(2, { type: "member", number: 1, eid: pair[0]?.eid ?? other.eid, versions: Uint8Array.of(1) });
    run.run({ limitMs: 120_000 });
    expect([isUp(run, 1), isUp(run, 2)]).toEqual([false, false]);
  });

  test.each([[[]], [[2]], [[1, 1]], [[1, 2]]])("about versions (%s) is refused", (versions) => {
    const [alice, bob] = [party(1, "alice"), party(2, "bob")];
    const run = session([alice, bob]);
    run.input(1, { type: "member", number: 2, eid: bob.eid, versions: Uint8Array.from(versions) });
    expect(failures(run, 1)).toEqual(["peer.protocol"]);
  });

  test("about a third member in a session of two, or a number that does not exist", () => {
    for (const number of [3, 0, -1, 1.5, Number.NaN]) {
      const run = session([party(1, "alice")]);
      run.input(1, { type: "member", number, eid: party(2, "bob").eid, versions: Uint8Array.of(1) });
      expect(failures(run, 1)).toEqual(["peer.roster-changed"]);
    }
  });

  test("and repeats our own eid as somebody else's", () => {
    const alice = party(1, "alice");
    const run = session([alice]);
    run.input(1, { type: "member", number: 2, eid: alice.eid, versions: Uint8Array.of(1) });
    expect(failures(run, 1)).toEqual(["peer.roster-changed"]);
  });
});

describe("a relay that changes the roster", () => {
  test("before the pair is up only voids the exchanges of that slot", () => {
    const pair = [party(1, "alice"), party(2, "bob")];
    const run = session(pair);
    run.input(1, { type: "member", number: 2, eid: party(2, "ghost").eid, versions: Uint8Array.of(1) });
    introduce(run, pair);
    expect(confirmAll(run, [1, 2])).toBe(true);
  });

  test("after the SAS has begun ends the session and names the number", () => {
    const pair = [party(1, "alice"), party(2, "bob")];
    const run = readySession(pair);
    run.input(1, { type: "member", number: 2, eid: party(2, "ghost").eid, versions: Uint8Array.of(1) });
    const [failed] = run.outputsOf(1, "failed");
    expect(failed).toMatchObject({ code: "peer.roster-changed", culprits: [2] });
  });

  test("and names a wrong sender: the frame decrypts for nobody", () => {
    const parties = [party(1, "alice", three), party(2, "bob", three), party(3, "carol", three)];
    const run = readySession(parties);
    run.policy = (envelope) => [{ ...envelope, from: 3, delayMs: 1 }];
    run.input(2, { type: "send", to: 1, round: 0, bytes: Uint8Array.of(1) });
    run.run({ limitMs: 500 });
    expect(run.outputsOf(1, "message")).toEqual([]);
    expect(drops(run, 1).length).toBeGreaterThan(0);
  });
});

const three = { parameters: { ...parameters, parties: 3 } };

describe("keys", () => {
  test("a leaked code does not replace a pinned party", () => {
    const first = readySession([party(1, "alice"), party(2, "bob")]);
    const expected = pinsOf(first, 1);
    const trust = { ...rightCode, expected } as PeerGroupOptions["trust"];
    const thief = party(2, "thief");
    const pair = [party(1, "alice", { trust }), { ...thief, options: { ...thief.options } }];
    const run = session(pair);
    introduce(run, pair);
    run.run({ limitMs: 120_000 });
    expect(isUp(run, 1)).toBe(false);
    expect(run.outputsOf(1, "failed")[0]).toMatchObject({ code: "peer.identity-changed", culprits: [2] });
  });

  test("the pinned party itself comes up with the code", () => {
    const first = readySession([party(1, "alice"), party(2, "bob")]);
    const trust = { ...rightCode, expected: pinsOf(first, 1) } as PeerGroupOptions["trust"];
    const pair = [party(1, "alice", { trust }), party(2, "bob")];
    const run = session(pair);
    introduce(run, pair);
    expect(confirmAll(run, [1, 2])).toBe(true);
  });

  test("a peer with our own static key, or with our label, is refused", () => {
    const alice = party(1, "alice");
    const bob = party(2, "bob");
    for (const [self, label] of [
      [{ ...bob.options.self, identity: alice.options.self.identity }, undefined],
      [{ ...bob.options.self, label: "alice" }, "alice"],
    ] as const) {
      const pair = [alice, { ...bob, options: { ...bob.options, self } }];
      const run = session(pair);
      introduce(run, pair);
      run.run({ limitMs: 120_000 });
      expect([isUp(run, 1), isUp(run, 2)]).toEqual([false, false]);
      const found = [1, 2]
        .flatMap((number) => run.outputsOf(number, "failed"))
        .filter(({ code }) => code === "peer.duplicate-identity");
      expect(found.map((failed) => failed.label)).toEqual([label]);
      // The label is for people: a log has the sentence only.
      expect(found[0]?.detail).not.toContain("alice");
    }
  });
});
