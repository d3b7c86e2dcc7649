import { Step } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { createHistory } from "../../src/group/history.ts";
import { createPeerGroup } from "../../src/group/peer-group.ts";
import { recordEntry, recordMember } from "../../src/group/record-entry.ts";
import { drops, failures } from "../support/ceremony.ts";
import { introduce, type Session, session, type TestParty } from "../support/parties.ts";
import { pinnedParties } from "../support/pinned.ts";

const numbersOf = (parties: readonly TestParty[]) => parties.map(({ number }) => number);
const isReady = (run: Session, numbers: readonly number[], limitMs = 10_000) =>
  run.run({ until: () => numbers.every((n) => run.outputsOf(n, "ready").length > 0), limitMs });

/** The STEP of each handshake packet that went into the network, by its sender. */
function steps(run: Session, from: number): readonly number[] {
  const handshakes = run.sent.filter((envelope) => envelope.from === from && envelope.bytes[1] === 1);
  return handshakes.map(({ bytes }) => bytes[3 + 17] ?? 0);
}

function meet(parties: readonly TestParty[]): Session {
  const run = session(parties);
  introduce(run, parties);
  return run;
}

describe("a session by pins of three and more", () => {
  test.each([3, 5, 12])("%i parties come up by one packet of each, see one string, and talk", (count) => {
    const parties = pinnedParties(count);
    const all = numbersOf(parties);
    const run = meet(parties);
    expect(isReady(run, all, 900)).toBe(true);
    for (const number of all) {
      // The network of tests carries what is for all to each of them.
      expect(steps(run, number)).toEqual(Array(count - 1).fill(Step.G1));
      expect(run.outputsOf(number, "up")).toHaveLength(count - 1);
      expect(failures(run, number)).toEqual([]);
    }
    const words = all.map((number) => run.outputsOf(number, "sas")[0]?.words);
    expect(new Set(words).size).toBe(1);
    for (const number of all) run.input(number, { type: "send", to: 0, round: 1, bytes: Uint8Array.of(number) });
    run.run({ limitMs: 500 });
    for (const number of all) {
      const said = run.outputsOf(number, "message").map(({ from, bytes }) => [from, bytes[0]]);
      expect(said.sort()).toEqual(
        all
          .filter((n) => n !== number)
          .map((n) => [n, n])
          .sort(),
      );
    }
  });

  test("tells that a pair is up when its peer was heard, and not when there are keys", () => {
    const parties = pinnedParties(3);
    const run = session(parties, (envelope) => (envelope.bytes[1] === 0 ? [] : [{ ...envelope, delayMs: 1 }]));
    introduce(run, parties);
    run.run({ limitMs: 1_500 });
    const frames = run.sent.filter(({ bytes }) => bytes[1] === 0);
    // One to each: the commitment, and again a second later. Nothing else leaves under keys that nobody has confirmed.
    expect(new Set(frames.map(({ bytes }) => bytes.join())).size).toBe(6);
    expect(frames.map(({ bytes }) => bytes.length)).toEqual(Array(12).fill(2 + 24 + 80));
    for (const number of [1, 2, 3]) expect(run.outputsOf(number, "up")).toEqual([]);
  });

  test("says under the keys what follows a handshake, whose number is 0", () => {
    const parties = pinnedParties(3);
    const run = meet(parties);
    expect(isReady(run, [1, 2, 3])).toBe(true);
    const messages = [{ type: "jwt", head: {}, body: Uint8Array.of(7) }];
    run.input(2, { type: "provide", to: 0, messages });
    run.run({ limitMs: 500 });
    for (const number of [1, 3]) {
      expect(run.outputsOf(number, "handshake-messages")).toMatchObject([{ from: 2, at: 0n, messages }]);
    }
  });

  test("that is closed before it has begun calls nobody, and comes to its end", () => {
    const parties = pinnedParties(3);
    const run = session(parties, (envelope) => (envelope.bytes[1] === 1 ? [{ ...envelope, delayMs: 1 }] : []));
    introduce(run, parties);
    run.run({ limitMs: 100 });
    run.input(3, { type: "close", reason: 0 });
    run.run({ limitMs: 40_000 });
    expect(steps(run, 3)).not.toContain(Step.K1);
    expect(run.outputsOf(3, "closed").map(({ number }) => number)).toEqual([1, 2]);
  });

  test("of two makes none", () => {
    const parties = pinnedParties(2);
    const run = meet(parties);
    expect(isReady(run, [1, 2])).toBe(true);
    expect(steps(run, 2)).toEqual([Step.K1]);
  });

  test("re-links after the link, by numbers that begin anew", () => {
    const parties = pinnedParties(3);
    const run = meet(parties);
    expect(isReady(run, [1, 2, 3])).toBe(true);
    run.input(1, { type: "relink", number: 2 });
    run.run({ limitMs: 500 });
    expect(steps(run, 1)).toContain(Step.K1);
    expect(run.outputsOf(1, "up")).toHaveLength(3);
    run.input(2, { type: "send", to: 1, round: 0, bytes: Uint8Array.of(9) });
    run.run({ limitMs: 500 });
    expect(run.outputsOf(1, "message")).toHaveLength(1);
  });
});

describe("those who do not all come at once", () => {
  test("come up by K1 and K2 a second after they have met; the last one links with all by one packet", () => {
    const parties = pinnedParties(3);
    const [a, b, c] = parties;
    const run = session(parties);
    if (a === undefined || b === undefined || c === undefined) throw new Error("no parties");
    const tell = (to: number, { number, eid }: TestParty) =>
      run.input(to, { type: "member", number, eid, versions: Uint8Array.of(1) });
    tell(1, b);
    tell(2, a);
    run.run({ limitMs: 990 });
    expect(run.sent).toEqual([]);
    run.run({ limitMs: 500 });
    expect([steps(run, 1), steps(run, 2)]).toEqual([[Step.K2], [Step.K1]]);
    expect(run.outputsOf(1, "up")).toHaveLength(1);
    for (const [to, who] of [
      [1, c],
      [2, c],
      [3, a],
      [3, b],
    ] as const)
      tell(to, who);
    expect(isReady(run, [1, 2, 3], 500)).toBe(true);
    expect(steps(run, 3)).toEqual([Step.G1, Step.G1]);
    // The two have no need of each other's G1.
    expect(drops(run, 1)).toEqual(["group-link.late"]);
    expect(drops(run, 2)).toEqual(["group-link.late"]);
  });

  test("keep the packet of who knows of all before they do", () => {
    const parties = pinnedParties(3);
    const [a, b, c] = parties;
    const run = session(parties);
    if (a === undefined || b === undefined || c === undefined) throw new Error("no parties");
    const tell = (to: number, { number, eid }: TestParty) =>
      run.input(to, { type: "member", number, eid, versions: Uint8Array.of(1) });
    for (const [to, who] of [
      [1, b],
      [2, a],
      [2, c],
      [3, a],
      [3, b],
    ] as const)
      tell(to, who);
    run.run({ limitMs: 100 });
    expect(steps(run, 1)).toEqual([]);
    tell(1, c);
    // That of 3 was from somebody of whom 1 knew nothing, and is lost: this pair re-links.
    expect(isReady(run, [1, 2, 3], 3_000)).toBe(true);
    // Behind it came frames under keys that 1 has no way to make.
    expect(new Set(drops(run, 1))).toEqual(new Set(["group.unknown-member", "channel.unknown-token"]));
    expect(steps(run, 3).filter((step) => step === Step.K1)).toHaveLength(1);
    expect(steps(run, 2)).not.toContain(Step.K1);
  });
});

describe("an endpoint that makes no group links", () => {
  test.each([1, 2, 3, 4])("number %i is linked by K1 and K2, and all are ready", (old) => {
    const parties = pinnedParties(4, (number) => (number === old ? { groupLink: false } : {}));
    const run = meet(parties);
    expect(isReady(run, [1, 2, 3, 4], 3_000)).toBe(true);
    expect(steps(run, old)).not.toContain(Step.G1);
    for (const number of [1, 2, 3, 4].filter((n) => n !== old)) {
      expect(steps(run, number).filter((step) => step === Step.K1 || step === Step.K2).length).toBeGreaterThan(0);
      expect(run.outputsOf(number, "up").length).toBeGreaterThanOrEqual(3);
    }
  });

  test("all of them: nobody notices", () => {
    const run = meet(pinnedParties(4, () => ({ groupLink: false })));
    expect(isReady(run, [1, 2, 3, 4], 500)).toBe(true);
  });
});

describe("another process", () => {
  test("makes no group link with those who come after it has begun", () => {
    const parties = pinnedParties(3);
    const [a, b, c] = parties;
    if (a === undefined || b === undefined || c === undefined) throw new Error("no parties");
    const history = createHistory();
    recordMember(history, { number: 2, eid: b.eid, versions: Uint8Array.of(1) });
    const run = session([b, c]);
    run.add(1, createPeerGroup({ ...a.options, history }));
    run.input(1, { type: "resume" });
    introduce(run, parties);
    expect(isReady(run, [1, 2, 3])).toBe(true);
    expect(steps(run, 1)).not.toContain(Step.G1);
  });

  test("calls also who has a higher number, and takes the pair to be up by keys that are gone", () => {
    const parties = pinnedParties(3);
    const [first] = parties;
    if (first === undefined) throw new Error("no parties");
    const run = meet(parties);
    const history = createHistory();
    for (const { number, eid } of parties.slice(1)) {
      recordMember(history, { number, eid, versions: Uint8Array.of(1) });
    }
    // The others have heard the commitment of 1, and 1 nothing.
    run.policy = (envelope) => (envelope.to === 1 && envelope.bytes[1] === 0 ? [] : [{ ...envelope, delayMs: 1 }]);
    run.run({ limitMs: 20 });
    for (const { entry } of run.outputsOf(1, "persist")) recordEntry(history, entry);
    expect(run.outputsOf(3, "up").map(({ number }) => number)).toContain(1);
    expect(run.outputsOf(1, "up")).toEqual([]);
    run.policy = (envelope) => [{ ...envelope, delayMs: 1 }];
    run.add(1, createPeerGroup({ ...first.options, history }));
    run.input(1, { type: "resume" });
    expect(isReady(run, [1, 2, 3], 500)).toBe(true);
  });

  test.each([3, 10, 100, 1_500])("that takes the session up after %i ms goes by K1, and all are ready", (afterMs) => {
    const parties = pinnedParties(3);
    const [first] = parties;
    if (first === undefined) throw new Error("no parties");
    const run = meet(parties);
    const history = createHistory();
    for (const { number, eid } of parties) {
      if (number !== 1) recordMember(history, { number, eid, versions: Uint8Array.of(1) });
    }
    run.run({ limitMs: afterMs });
    for (const { entry } of run.outputsOf(1, "persist")) recordEntry(history, entry);
    run.add(1, createPeerGroup({ ...first.options, history }));
    const said = run.sent.length;
    run.input(1, { type: "resume" });
    run.run({ limitMs: 20_000 });
    for (const number of [1, 2, 3]) expect(failures(run, number)).toEqual([]);
    const since = run.sent.slice(said).filter(({ from, bytes }) => from === 1 && bytes[1] === 1);
    expect(since.map(({ bytes }) => bytes[20])).not.toContain(Step.G1);
    run.input(2, { type: "send", to: 0, round: 0, bytes: Uint8Array.of(5) });
    run.run({ limitMs: 2_000 });
    expect(run.outputsOf(1, "message")).toHaveLength(1);
  });
});
