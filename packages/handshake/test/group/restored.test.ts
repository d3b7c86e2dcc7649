import { perfectNetwork, SeededRandom } from "@countersign/testkit";
import { describe, expect, test } from "vitest";
import { createHistory, type GroupHistory } from "../../src/group/history.ts";
import { createPeerGroup } from "../../src/group/peer-group.ts";
import { recordEntry, recordMember } from "../../src/group/record-entry.ts";
import type { PeerGroupOptions, PeerGroupOutput } from "../../src/peer-group-types.ts";
import { confirmAll, failures, readySession } from "../support/ceremony.ts";
import { introduce, parameters, party, type Session, session, type TestParty } from "../support/parties.ts";

const pair = () => [party(1, "alice"), party(2, "bob")];
const bytesOf = (...values: number[]) => Uint8Array.from(values);

/** What is on the disk of a party after everything that it said, or after the first so many entries. */
function historyOf(run: Session, parties: readonly TestParty[], number: number, most = Infinity): GroupHistory {
  const history = createHistory();
  for (const other of parties) {
    if (other.number !== number) recordMember(history, { number: other.number, eid: other.eid, versions: bytesOf(1) });
  }
  const entries = run.outputs(number).flatMap((output) => {
    return output.type === "persist" || output.type === "note" ? [output.entry] : [];
  });
  for (const entry of entries.slice(0, most)) recordEntry(history, entry);
  return history;
}

/** Ends a party's process and begins another one, which knows what was written and draws other random bytes. */
function restart(
  run: Session,
  parties: readonly TestParty[],
  number: number,
  history = historyOf(run, parties, number),
) {
  const options = parties.find((one) => one.number === number)?.options;
  if (options === undefined) throw new Error(`no party ${number}`);
  const random = new SeededRandom(run.outputs(number).length + number);
  const { history: _, ...rest } = options;
  const trust: PeerGroupOptions["trust"] =
    options.trust.type === "code" ? { type: "code", prk: undefined } : options.trust;
  run.add(number, createPeerGroup({ ...rest, trust, randomBytes: random.bytes, history }));
  return run.input(number, { type: "resume" });
}

const told = (run: Session, number: number) =>
  run.outputsOf(number, "message").map(({ seq, from, bytes }) => [seq, from, ...bytes]);

describe("a session that is ready goes on in another process", () => {
  test("linked again without a code, verified without a question; what was not acknowledged arrives, once", () => {
    const parties = pair();
    const run = readySession(parties);
    run.input(1, { type: "send", to: 0, round: 1, bytes: bytesOf(1) });
    run.run({ limitMs: 2_000 });
    run.policy = () => [];
    run.input(1, { type: "send", to: 0, round: 1, bytes: bytesOf(2) });
    run.input(2, { type: "send", to: 0, round: 1, bytes: bytesOf(9) });
    run.policy = perfectNetwork;
    const first = restart(run, parties, 1);
    expect(first.filter(({ type }) => type === "ready")).toHaveLength(1);
    run.run({ limitMs: 5_000 });
    run.input(1, { type: "send", to: 2, round: 1, bytes: bytesOf(3) });
    run.run({ limitMs: 5_000 });
    expect(told(run, 2)).toEqual([
      [1, 1, 1],
      [2, 1, 2],
      [3, 1, 3],
    ]);
    expect(told(run, 1)).toEqual([[1, 2, 9]]);
    expect(run.outputsOf(1, "sas")).toHaveLength(1);
    for (const number of [1, 2]) expect(failures(run, number)).toEqual([]);
  });

  test("what the application has not taken is told again, with the same seq", () => {
    const parties = pair();
    const run = readySession(parties);
    for (const value of [1, 2, 3]) run.input(1, { type: "send", to: 0, round: 1, bytes: bytesOf(value) });
    run.run({ limitMs: 2_000 });
    run.input(2, { type: "taken", seq: 2 });
    const again = restart(run, parties, 2).filter((output) => output.type === "message");
    expect(again.map(({ seq, bytes }) => [seq, ...bytes])).toEqual([[3, 3]]);
    run.input(1, { type: "send", to: 0, round: 1, bytes: bytesOf(4) });
    run.run({ limitMs: 5_000 });
    expect(told(run, 2).at(-1)).toEqual([4, 1, 4]);
  });

  test("both ends at once, a hundred times", () => {
    const parties = pair();
    const run = readySession(parties);
    const random = new SeededRandom(7);
    const sent: number[][] = [[], []];
    for (let round = 0; round < 100; round++) {
      for (const number of [1, 2]) {
        run.input(number, { type: "send", to: 0, round: 1, bytes: bytesOf(round) });
        sent[number - 1]?.push(round);
      }
      run.run({ limitMs: random.integer(3) });
      // Packets that are under way arrive at whoever is there then.
      if (random.chance(0.7)) restart(run, parties, 1);
      if (random.chance(0.7)) restart(run, parties, 2);
      run.run({ limitMs: 1 + random.integer(4_000) });
    }
    run.run({ limitMs: 120_000 });
    for (const number of [1, 2]) {
      const values = new Map(run.outputsOf(number, "message").map(({ seq, bytes }) => [seq, bytes[0]]));
      expect([...values].sort(([a], [b]) => a - b).map(([, value]) => value)).toEqual(sent[2 - number]);
      expect(failures(run, number)).toEqual([]);
    }
  });

  test.each([
    [1, 2],
    [2, 1],
  ])("party %i was answered by %i, whose process ends before it hears that", (calling, answering) => {
    const parties = pair();
    const run = readySession(parties);
    const ups = () => run.outputsOf(calling, "up").length;
    // The second of them within one second, so that its call is ahead of what the other end's clock says.
    restart(run, parties, calling);
    restart(run, parties, calling);
    const before = ups();
    expect(run.run({ until: () => ups() > before, limitMs: 5_000 })).toBe(true);
    restart(run, parties, answering);
    run.input(calling, { type: "send", to: 0, round: 1, bytes: bytesOf(1) });
    run.input(answering, { type: "send", to: 0, round: 1, bytes: bytesOf(2) });
    const arrived = () => told(run, calling).length === 1 && told(run, answering).length === 1;
    expect(run.run({ until: arrived, limitMs: 2_000 })).toBe(true);
  });

  test("a peer that was away for an hour is linked again when it comes", () => {
    const parties = pair();
    const run = readySession(parties);
    run.policy = () => [];
    restart(run, parties, 1);
    run.run({ limitMs: 3_600_000 });
    run.policy = perfectNetwork;
    run.input(1, { type: "send", to: 0, round: 1, bytes: bytesOf(1) });
    expect(run.run({ until: () => told(run, 2).length === 1, limitMs: 31_000 })).toBe(true);
    expect(failures(run, 1)).toEqual([]);
  });

  test("by pins, too, and with more than two", () => {
    const changes = { parameters: { ...parameters, parties: 3 } };
    const parties = [1, 2, 3].map((n) => party(n, `party ${n}`, changes));
    const run = readySession(parties);
    run.input(1, { type: "send", to: 0, round: 1, bytes: bytesOf(1) });
    restart(run, parties, 1);
    restart(run, parties, 3);
    run.run({ limitMs: 40_000 });
    expect(told(run, 2)).toEqual([[1, 1, 1]]);
    expect(told(run, 3)).toEqual([[1, 1, 1]]);
  });
});

test("no handshake time is used twice, however often a process ends within one second", () => {
  const parties = pair();
  const run = readySession(parties);
  for (let i = 0; i < 5; i++) restart(run, parties, 1);
  const times = run.outputs(1).flatMap((output) => {
    return output.type === "persist" && output.entry.type === "at" ? [output.entry.at] : [];
  });
  expect(times.length).toBeGreaterThanOrEqual(5);
  for (const [index, at] of times.slice(1).entries()) expect(at).toBeGreaterThan(times[index] ?? 0n);
});

describe("an end in the middle of the SAS", () => {
  /** Runs until party 1 has said so many entries and restarts it there, as if it had been killed right behind the last. */
  function killedBehind(entries: number, parties = pair()): Session {
    const run = session(parties);
    introduce(run, parties);
    const written = () => run.outputs(1).filter(({ type }) => type === "persist" || type === "note").length;
    run.run({ until: () => written() >= entries, limitMs: 5_000 });
    restart(run, parties, 1, historyOf(run, parties, 1, entries));
    return run;
  }

  const kinds = (run: Session) =>
    run.outputs(1).flatMap((output: PeerGroupOutput) => (output.type === "persist" ? [output.entry.type] : []));

  test("before the reveal: the same commitment, once, and the SAS of both is the same", () => {
    const whole = session(pair());
    introduce(whole, pair());
    whole.run({ limitMs: 500 });
    const order = kinds(whole);
    for (let entries = order.indexOf("sas-nonce") + 1; entries <= order.indexOf("sas-revealed"); entries++) {
      const run = killedBehind(entries);
      expect(confirmAll(run, [1, 2]), `behind ${order[entries - 1]}`).toBe(true);
      const [mine, theirs] = [1, 2].map((number) => run.outputsOf(number, "sas").at(-1)?.words);
      expect(mine).toBe(theirs);
      const commitments = run.outputs(1).flatMap((output) => {
        return output.type === "persist" && output.entry.type === "posted" ? [output.entry] : [];
      });
      expect(commitments.length).toBeLessThanOrEqual(4);
    }
  });

  test("between the reveal and the openings of all: failed, on disk, and never the same nonce again", () => {
    const whole = session(pair());
    introduce(whole, pair());
    whole.run({ limitMs: 500 });
    const order = kinds(whole);
    for (let entries = order.indexOf("sas-revealed") + 1; entries <= order.indexOf("sas-opened"); entries++) {
      const run = killedBehind(entries);
      expect(historyOf(run, pair(), 1, entries)).toMatchObject({ sas: "revealed", nonce: undefined });
      run.run({ limitMs: 2_000 });
      expect(failures(run, 1), `behind ${order[entries - 1]}`).toEqual(["peer.sas-aborted"]);
      expect(kinds(run).at(-1)).toBe("sas-failed");
      expect(historyOf(run, pair(), 1).sas).toBe("failed");
    }
  });

  test("while people compare: the same string again, at either end or both, before and after one's own yes", () => {
    for (const killed of [[1], [2], [1, 2]]) {
      for (const yes of [[], [1], [2]]) {
        const parties = pair();
        const run = session(parties);
        introduce(run, parties);
        run.run({ limitMs: 500 });
        for (const number of yes) run.input(number, { type: "confirm", same: true });
        run.run({ limitMs: 500 });
        for (const number of killed) restart(run, parties, number);
        run.run({ limitMs: 5_000 });
        const strings = [1, 2].flatMap((number) => run.outputsOf(number, "sas"));
        expect(new Set(strings.map(({ words }) => words)).size).toBe(1);
        expect(strings).toHaveLength(2 + killed.length);
        for (const number of killed) {
          expect(run.outputsOf(number, "sas").at(-1)?.agreed).toBe(yes.includes(number) ? true : undefined);
        }
        for (const number of [1, 2]) {
          expect(run.outputsOf(number, "ready")).toEqual([]);
          if (!yes.includes(number)) run.input(number, { type: "confirm", same: true });
        }
        run.run({ limitMs: 5_000 });
        run.input(1, { type: "send", to: 0, round: 1, bytes: bytesOf(7) });
        run.run({ limitMs: 5_000 });
        expect(told(run, 2), `${killed} killed, ${yes} agreed`).toEqual([[1, 1, 7]]);
        for (const number of [1, 2]) expect(failures(run, number)).toEqual([]);
      }
    }
  });

  test("a SAS that has failed stays so", () => {
    const run = session(pair());
    introduce(run, pair());
    run.run({ until: () => run.outputsOf(1, "sas").length > 0, limitMs: 5_000 });
    run.input(1, { type: "confirm", same: false });
    restart(run, pair(), 1);
    run.run({ limitMs: 2_000 });
    expect(failures(run, 1)).toContain("peer.sas-aborted");
  });
});

describe("the place of a party whose pair was up", () => {
  test("is nobody else's", () => {
    const parties = pair();
    const run = readySession(parties);
    restart(run, parties, 1);
    run.input(1, { type: "member", number: 2, eid: new Uint8Array(32).fill(5), versions: bytesOf(1) });
    run.run({ limitMs: 0 });
    expect(failures(run, 1)).toEqual(["peer.roster-changed"]);
  });

  test("stays empty when it has said good-bye", () => {
    const parties = pair();
    const run = readySession(parties);
    run.input(2, { type: "close", reason: 0 });
    run.run({ limitMs: 1_000 });
    const outputs = restart(run, parties, 1);
    expect(outputs.filter(({ type }) => type === "send")).toEqual([]);
    run.input(1, { type: "time" });
    expect(() => run.input(1, { type: "send", to: 0, round: 0, bytes: bytesOf(1) })).not.toThrow();
  });
});

test("there is nothing to take up where nothing is known", () => {
  const [alice] = pair();
  if (alice === undefined) throw new Error("nobody");
  const machine = createPeerGroup(alice.options);
  const attempt = () => machine.step({ type: "resume" }, { ms: 0, unixSeconds: 0 });
  expect(attempt).toThrow(expect.objectContaining({ code: "usage.no-history" }));
});
