import type { NetworkPolicy } from "@countersign/testkit";
import { FrameKind, utf8 } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { createHistory } from "../../src/group/history.ts";
import type { PairInput } from "../../src/group/pair-types.ts";
import type { Peer } from "../../src/group/peer.ts";
import { createPeerGroup } from "../../src/group/peer-group.ts";
import { confirmAll, failures, pinsOf, readySession } from "../support/ceremony.ts";
import { introduce, parameters, party, prkOf, type Session, session } from "../support/parties.ts";

const many = (count: number, changes = {}) =>
  Array.from({ length: count }, (_, i) =>
    party(i + 1, `party ${i + 1}`, { parameters: { ...parameters, parties: count }, ...changes }),
  );
const persisted = (run: Session, number: number) => run.outputsOf(number, "persist").map(({ entry }) => entry.type);

/** The machine of a party, with what it keeps to itself. */
function inside(run: Session, number: number) {
  const { parties } = run as unknown as { parties: Map<number, { machine: unknown }> };
  return parties.get(number)?.machine as { roster: { get(number: number): Peer }; code: { key: unknown } };
}

/** Lets a party say to another what its own machine never would. */
function misuse(run: Session, from: number, to: number, input: PairInput): void {
  for (const output of inside(run, from).roster.get(to).pair.step(input, run.clock.now())) {
    if (output.type === "send") run.deliver({ from, to, bytes: output.bytes });
  }
}

/** All pairs but the one of 1 with 3 are up. */
function gathering(): Session {
  const all = many(3);
  const run = session(all, (envelope) =>
    envelope.from + envelope.to === 4 && envelope.from !== 2 ? [] : [{ ...envelope, delayMs: 1 }],
  );
  introduce(run, all);
  run.run({ limitMs: 500 });
  return run;
}

/** Alice has revealed; Bob has not, because nothing reaches him once the pair is up. */
function opening(): Session {
  const parties = many(2);
  const isFrame = (bytes: Uint8Array) => bytes[1] === 0;
  const run = session(parties, (envelope) =>
    envelope.from === 1 && isFrame(envelope.bytes) ? [] : [{ ...envelope, delayMs: 1 }],
  );
  introduce(run, parties);
  run.run({ limitMs: 500 });
  expect(persisted(run, 1).slice(-2)).toEqual(["sas-revealed", "posted"]);
  expect(run.outputsOf(1, "sas")).toEqual([]);
  return run;
}

describe("guesses", () => {
  test("13 parties: who calls twelve others does not run out of guesses, since each is given back", () => {
    const all = many(13);
    const run = session(all);
    introduce(run, all);
    expect(
      confirmAll(
        run,
        all.map(({ number }) => number),
      ),
    ).toBe(true);
    const counts = run.outputsOf(13, "persist").flatMap(({ entry }) => (entry.type === "guesses" ? [entry.count] : []));
    expect(Math.max(...counts)).toBeLessThanOrEqual(10);
    expect(counts.at(-1)).toBe(0);
  });

  test("with one guess left a party calls one other after the other", () => {
    const trust = { type: "code", prk: utf8("a key of thirty-two bytes, truly"), guessLimit: 1 } as const;
    const all = many(4, { trust });
    const run = session(all);
    introduce(run, all);
    expect(confirmAll(run, [1, 2, 3, 4])).toBe(true);
  });

  test("guesses that a process has counted are not given to the next one again", () => {
    const trust = (code: string) => ({ trust: { type: "code", prk: prkOf(code), guessLimit: 2 } }) as const;
    const parties = [party(1, "alice", trust("right")), party(2, "mallory", trust("wrong"))];
    const [alice] = parties;
    if (alice === undefined) throw new Error("nobody");
    const run = session(parties);
    const history = { ...createHistory(), guesses: 1 };
    run.add(1, createPeerGroup({ ...alice.options, history }));
    run.input(1, { type: "resume" });
    introduce(run, parties);
    run.run({ limitMs: 10_000 });
    expect(run.outputsOf(1, "guess-failed")).toEqual([{ type: "guess-failed", from: 2, left: 0 }]);
    expect(failures(run, 1)).toEqual(["peer.wrong-code"]);
  });
});

describe("first contacts above those that are answered at a time", () => {
  const all = many(20);
  /** Number 1, which is called by all others at once; they do not know of each other yet. */
  function calledByAll(policy: NetworkPolicy): Session {
    const run = session(all, policy);
    const [first, ...others] = all.map(({ number, eid }) => ({ number, eid }));
    if (first === undefined) throw new Error("nobody");
    for (const other of others) {
      run.input(1, { type: "member", ...other, versions: Uint8Array.of(1) });
      run.input(other.number, { type: "member", ...first, versions: Uint8Array.of(1) });
    }
    // Far below the first resend.
    run.run({ limitMs: 500 });
    return run;
  }

  test("wait until one of these is proven, and no time passes for it", () => {
    const run = calledByAll((envelope) => [{ ...envelope, delayMs: 1 }]);
    expect(run.outputsOf(1, "up")).toHaveLength(19);
    expect(run.outputsOf(1, "drop")).toEqual([]);
  });

  test("are dropped where they are no openings, and only the last of a peer waits", () => {
    const toFirst: Uint8Array[] = [];
    const run = calledByAll((envelope) => {
      if (envelope.to === 1) toFirst.push(envelope.bytes);
      return envelope.from === 1 ? [] : [{ ...envelope, delayMs: 1 }];
    });
    // Sixteen are being answered, and three wait; one of them comes again by its resend, after something long.
    expect(run.outputsOf(1, "drop")).toEqual([]);
    run.deliver({ from: 20, to: 1, bytes: new Uint8Array(2_000) });
    run.deliver({ from: 20, to: 1, bytes: toFirst.at(-1) ?? new Uint8Array() });
    run.run({ limitMs: 5 });
    const busy = { type: "drop", code: "group.busy", from: 20 };
    expect(run.outputsOf(1, "drop")).toEqual([busy, busy]);
  });
});

describe("a SAS failure is counted, whatever brings the end about", () => {
  test("the peer breaks the protocol of the channel", () => {
    const run = opening();
    misuse(run, 2, 1, { type: "post", kind: FrameKind.ECHO, content: utf8("of no round") });
    // Nothing is told before it is written.
    expect(failures(run, 1)).toEqual([]);
    run.run({ limitMs: 1 });
    expect(failures(run, 1)).toEqual(["peer.protocol"]);
    expect(persisted(run, 1)).toContain("sas-failed");
  });

  test("this end closes", () => {
    const run = opening();
    run.input(1, { type: "close", reason: 0 });
    expect(persisted(run, 1).at(-1)).toBe("sas-failed");
    // The time for reveals is up, and this end still waits for the answer to its CLOSE: that is no failure any more.
    run.run({ limitMs: 29_700 });
    run.input(1, { type: "time" });
    run.run({ limitMs: 60_000 });
    expect(failures(run, 1)).toEqual([]);
    expect(run.outputsOf(1, "closed")).toHaveLength(1);
  });

  test("an end after the string is known is none", () => {
    const all = many(2);
    const run = session(all);
    introduce(run, all);
    run.run({ until: () => run.outputsOf(1, "sas").length > 0 });
    run.input(1, { type: "close", reason: 0 });
    expect(persisted(run, 1)).not.toContain("sas-failed");
  });
});

describe("what comes before its time", () => {
  test("more SAS messages than there are kinds", () => {
    const run = gathering();
    for (let i = 0; i < 4; i++) {
      misuse(run, 2, 1, { type: "post", kind: FrameKind.SAS_COMMIT, content: new Uint8Array(32) });
    }
    run.run({ limitMs: 0 });
    expect(failures(run, 1)).toEqual(["peer.protocol"]);
  });

  test("an application message before all pairs are up, when nobody can be through with the SAS", () => {
    const run = gathering();
    misuse(run, 2, 1, { type: "post", kind: FrameKind.APP, content: appContent() });
    run.run({ limitMs: 0 });
    expect(failures(run, 1)).toEqual(["peer.protocol"]);
  });

  function appContent(): Uint8Array {
    const content = new Uint8Array(38);
    content.set(parameters.group);
    content.set(parameters.session, 16);
    content[35] = 2;
    return content;
  }
});

test("the code is erased as soon as all pairs are up, and not before", () => {
  expect(inside(opening(), 1).code.key).toBeUndefined();
  expect(inside(gathering(), 1).code.key).toBeDefined();
});

describe("pins", () => {
  const [alice, bob] = [party(1, "alice"), party(2, "bob")];
  const pins = pinsOf(readySession([alice, bob]), 1);
  const create = (changes: object) => () =>
    createPeerGroup({ ...alice.options, trust: { type: "pins", pins: pins.map((pin) => ({ ...pin, ...changes })) } });
  const { self } = alice.options;

  test.each([
    ["one's own label", { label: "alice" }],
    ["one's own static key", { noiseStatic: self.identity.noiseStatic.publicKey }],
    ["one's own Ed25519 key", { ed25519: self.identity.ed25519 }],
  ])("with %s are refused before anything begins", (_, changes) => {
    expect(create({})).not.toThrow();
    expect(create(changes)).toThrow(expect.objectContaining({ code: "usage.pins" }));
  });

  test("with a label that no first contact would have accepted are refused", () => {
    expect(create({ label: " bob" })).toThrow(expect.objectContaining({ code: "usage.label" }));
  });
});
