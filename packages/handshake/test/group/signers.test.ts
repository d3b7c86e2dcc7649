import { utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";
import { createHistory } from "../../src/group/history.ts";
import { createPeerGroup } from "../../src/group/peer-group.ts";
import { recordEntry, recordMember } from "../../src/group/record-entry.ts";
import type { PeerGroupOptions } from "../../src/peer-group-types.ts";
import { failures, isUp, pinsOf, readySession } from "../support/ceremony.ts";
import { introduce, parameters, party, type Session, session, type TestParty } from "../support/parties.ts";

// A key that three have made, and sessions in which some of them use it, under the numbers of the key.

const made = readySession(
  [1, 2, 3].map((n) => party(n, `party ${n}`, { parameters: { ...parameters, kind: "keygen", parties: 3 } })),
);
const signing = { ...parameters, kind: "sign", session: sha256(utf8("signing")).slice(0, 16) } as const;

function signer(number: number, changes: Partial<PeerGroupOptions> = {}): TestParty {
  const trust = { type: "pins", pins: pinsOf(made, number) } as const;
  const { options } = party(number, `party ${number}`, { parameters: signing, trust, ...changes });
  const eid = sha256(utf8(`signing eid of ${number}`));
  return { number, eid, options: { ...options, self: { ...options.self, eid } } };
}

const isReady = (run: Session, numbers: readonly number[]) =>
  run.run({ until: () => numbers.every((n) => run.outputsOf(n, "ready").length > 0), limitMs: 2_000 });

const transcripts = (run: Session, numbers: readonly number[]) =>
  numbers.map((n) => run.outputsOf(n, "ready").at(-1)?.transcript);

describe("some of those who have a key", () => {
  test.each([
    [1, 3],
    [2, 3],
  ])("meet under its numbers %i and %i, verified, and pin nobody else", (a, b) => {
    const parties = [signer(a), signer(b)];
    const run = session(parties);
    introduce(run, parties);
    expect(isReady(run, [a, b])).toBe(true);
    expect(run.outputsOf(b, "sas")[0]).toMatchObject({ verified: true, parties: [{ number: a }, { number: b }] });
    expect(pinsOf(run, b).map(({ number, label }) => [number, label])).toEqual([[a, `party ${a}`]]);
    const [one, other] = transcripts(run, [a, b]);
    expect(one).toHaveLength(32);
    expect(one).toEqual(other);
  });

  test("may be all of them", () => {
    const all = [1, 2, 3].map((n) => signer(n, { parameters: { ...signing, parties: 3 } }));
    const run = session(all);
    introduce(run, all);
    expect(isReady(run, [1, 2, 3])).toBe(true);
  });

  test("end the session when the relay brings a number that nobody has, and name it", () => {
    const run = session([signer(1), signer(3)]);
    const eid = new Uint8Array(32).fill(4);
    run.input(1, { type: "member", number: 4, eid, versions: Uint8Array.of(1) });
    expect(run.outputsOf(1, "failed")).toMatchObject([{ code: "peer.identity-changed", culprits: [4] }]);
  });

  test("end the session when the relay brings more than take part", () => {
    const parties = [signer(1), signer(2), signer(3)];
    const run = session(parties);
    introduce(run, parties);
    expect(failures(run, 1)).toEqual(["peer.roster-changed"]);
  });

  test("do not come up with one who has other keys than the pinned ones, and name its number", () => {
    const { options } = signer(3);
    const eve = { ...options.self, identity: party(3, "eve").options.self.identity };
    const parties = [signer(1), signer(3, { self: eve })];
    const run = session(parties.map((one) => one));
    introduce(run, parties);
    run.run({ limitMs: 120_000 });
    expect([isUp(run, 1), isUp(run, 3)]).toEqual([false, false]);
    expect(run.outputsOf(1, "failed")).toMatchObject([{ culprits: [3] }]);
  });

  test("do not come up with a party of the key under the number of another", () => {
    const as2 = party(2, "party 3", { parameters: signing, trust: { type: "pins", pins: pinsOf(made, 2) } });
    const parties = [signer(1), as2];
    expect(() => createPeerGroup(as2.options)).toThrow(expect.objectContaining({ code: "usage.pins" }));
    const forged = { ...as2, options: { ...as2.options, trust: { type: "pins", pins: pinsOf(made, 3) } as const } };
    const numbered = {
      ...forged.options.trust,
      pins: pinsOf(made, 3).map((pin) => ({ ...pin, number: pin.number === 2 ? 3 : pin.number })),
    };
    const run = session([signer(1), { ...forged, options: { ...forged.options, trust: numbered } }]);
    introduce(run, parties);
    run.run({ limitMs: 120_000 });
    expect(run.outputsOf(1, "failed")).toMatchObject([{ culprits: [2] }]);
  });

  test.each([
    ["a number twice", { trust: { type: "pins", pins: pinsOf(made, 2) } }],
    ["fewer pins than take part", { parameters: { ...signing, parties: 4 } }],
  ] as const)("are refused with %s", (_, changes) => {
    expect(() => createPeerGroup(signer(1, changes).options)).toThrow(expect.objectContaining({ code: "usage.pins" }));
  });
});

describe("the transcript of a session", () => {
  test("is another one for other parties and for another session", () => {
    const of = (parties: readonly TestParty[]) => {
      const run = session(parties);
      introduce(run, parties);
      isReady(
        run,
        parties.map(({ number }) => number),
      );
      return String(transcripts(run, [3])[0]);
    };
    const other = { parameters: { ...signing, session: new Uint8Array(16) } };
    const all = [
      of([signer(1), signer(3)]),
      of([signer(2), signer(3)]),
      of([signer(1, other), signer(3, other)]),
      String(transcripts(made, [3])[0]),
    ];
    expect(new Set(all).size).toBe(4);
  });

  test("is told again to the process that takes the session up", () => {
    const parties = [signer(1), signer(3)];
    const run = session(parties);
    introduce(run, parties);
    isReady(run, [1, 3]);
    const history = createHistory();
    for (const { number, eid } of parties.slice(1)) recordMember(history, { number, eid, versions: Uint8Array.of(1) });
    for (const output of run.outputs(1)) if (output.type === "persist") recordEntry(history, output.entry);
    const [before] = transcripts(run, [1]);
    run.add(1, createPeerGroup({ ...signer(1).options, history }));
    run.input(1, { type: "resume" });
    expect(transcripts(run, [1])[0]).toEqual(before);
    expect(run.outputsOf(1, "ready")).toHaveLength(2);
  });
});
