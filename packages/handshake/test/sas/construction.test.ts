import { UsageError } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { createGroupSas } from "../../src/sas/group-sas.ts";
import type { GroupSasOptions } from "../../src/sas/group-sas-types.ts";
import { findDuplicate } from "../../src/sas/roster.ts";
import { at, bytesOf, Group, makeOptions, makeParties, makeParty, only, SAS_COMMIT, startOne } from "./group.ts";

const parties = makeParties(3);
const [alice, bob, carol] = parties as [(typeof parties)[0], (typeof parties)[0], (typeof parties)[0]];
const base = makeOptions(1, parties);
const withParties = (...list: (typeof parties)[0][]): GroupSasOptions => makeOptions(1, list);
const withParameters = (change: Partial<GroupSasOptions["parameters"]>): GroupSasOptions => ({
  ...base,
  parameters: { ...base.parameters, ...change },
});

describe("createGroupSas", () => {
  it.each<[string, GroupSasOptions, string]>([
    ["two parties with one label", withParties(alice, bob, { ...carol, label: bob.label }), "usage.duplicate"],
    ["two parties with one eid", withParties(alice, bob, { ...carol, eid: alice.eid.slice() }), "usage.duplicate"],
    [
      "two parties with one static key",
      withParties(alice, { ...bob, noiseStatic: alice.noiseStatic.slice() }),
      "usage.duplicate",
    ],
    [
      "two parties with one Ed25519 key",
      withParties(alice, { ...bob, ed25519: alice.ed25519.slice() }),
      "usage.duplicate",
    ],
    ["two parties with one number", withParties(alice, bob, { ...carol, number: 2 }), "usage.duplicate"],
    ["oneself not among the parties", makeOptions(4, parties), "usage.unknown-party"],
    ["one party", withParties(alice), "usage.parties"],
    ["256 parties", withParties(...makeParties(256)), "usage.parties"],
    ["other parties than the session has", withParameters({ parties: 4 }), "usage.parties"],
    ["a threshold of 0", withParameters({ threshold: 0 }), "usage.threshold"],
    ["a threshold above N", withParameters({ threshold: 4 }), "usage.threshold"],
    ["a threshold that is no integer", withParameters({ threshold: 1.5 }), "usage.threshold"],
    ["a group of 15 bytes", withParameters({ group: new Uint8Array(15) }), "usage.length"],
    ["a session of 17 bytes", withParameters({ session: new Uint8Array(17) }), "usage.length"],
    ["number 0", withParties({ ...alice, number: 0 }, bob), "usage.out-of-range"],
    ["number 256", withParties(alice, { ...bob, number: 256 }), "usage.out-of-range"],
    ["a number that is no integer", withParties(alice, { ...bob, number: 2.5 }), "usage.out-of-range"],
    ["a static key of 31 bytes", withParties(alice, { ...bob, noiseStatic: new Uint8Array(31) }), "usage.length"],
    ["an eid of 33 bytes", withParties(alice, { ...bob, eid: new Uint8Array(33) }), "usage.length"],
    ["an Ed25519 key of 64 bytes", withParties(alice, { ...bob, ed25519: new Uint8Array(64) }), "usage.length"],
    ["an empty label", withParties(alice, { ...bob, label: "" }), "usage.label"],
    ["a label of 65 bytes", withParties(alice, { ...bob, label: "b".repeat(65) }), "usage.label"],
    ["a label that reorders text", withParties(alice, { ...bob, label: "bob\u202e" }), "usage.label"],
    ["a label that is not in NFC", withParties(alice, { ...bob, label: "bo\u0308b" }), "usage.label"],
    ["a nonce of 31 bytes", { ...base, nonce: new Uint8Array(31) }, "usage.length"],
    ["random bytes that are too few", { ...base, randomBytes: () => new Uint8Array(16) }, "usage.length"],
  ])("refuses %s", (_, options, code) => {
    const attempt = () => createGroupSas(options);
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(expect.objectContaining({ code }));
  });

  it("takes 255 parties, labels of 64 bytes and any order of the list", () => {
    const many = makeParties(255).map((party) => ({ ...party, label: `${party.number}`.padStart(64, "x") }));
    const sorted = createGroupSas(makeOptions(255, many)).step({ type: "start" }, at(0));
    const shuffled = createGroupSas(makeOptions(255, many.toReversed())).step({ type: "start" }, at(0));
    expect(only(sorted, "broadcast")).toHaveLength(1);
    expect(shuffled).toEqual(sorted);
  });

  it("keeps nothing of the caller's memory", () => {
    const nonce = bytesOf("nonce");
    const machine = createGroupSas({ ...base, nonce });
    nonce.fill(0);
    const fresh = createGroupSas({ ...base, nonce: bytesOf("nonce") });
    expect(machine.step({ type: "start" }, at(0))).toEqual(fresh.step({ type: "start" }, at(0)));
  });
});

describe("findDuplicate", () => {
  it("names the parties and what they have in common, and finds nothing where nothing is", () => {
    expect(findDuplicate(parties)).toBeUndefined();
    expect(findDuplicate([alice, carol, { ...bob, label: carol.label }])).toEqual({ field: "label", numbers: [3, 2] });
    expect(findDuplicate([alice, makeParty(9, { ed25519: alice.ed25519 })])).toEqual({
      field: "Ed25519 key",
      numbers: [1, 9],
    });
    // Equal bytes in different fields are no duplicate.
    expect(findDuplicate([alice, { ...bob, eid: alice.noiseStatic }])).toBeUndefined();
  });
});

describe("calls that make no sense", () => {
  const notNow = expect.objectContaining({ code: "usage.not-now" });
  const unknown = expect.objectContaining({ code: "usage.unknown-party" });

  it("are refused before the start, and a second start", () => {
    const machine = createGroupSas(base);
    expect(machine.step({ type: "time" }, at(0))).toEqual([]);
    expect(() => machine.step({ type: "confirm", same: true }, at(0))).toThrow(notNow);
    expect(() => machine.step({ type: "lost", number: 2 }, at(0))).toThrow(notNow);
    const message = { type: "message", from: 2, kind: SAS_COMMIT, content: bytesOf("c") } as const;
    expect(() => machine.step(message, at(0))).toThrow(notNow);
    machine.step({ type: "start" }, at(0));
    expect(() => machine.step({ type: "start" }, at(0))).toThrow(notNow);
  });

  it.each([0, 1, 4, 2.5])("are refused for party %d, which is no peer", (number) => {
    const one = startOne(1, 3);
    expect(() => one.hear(number, SAS_COMMIT, bytesOf("c"))).toThrow(unknown);
    expect(() => one.step({ type: "lost", number })).toThrow(unknown);
  });
});

describe("a restart before the reveal", () => {
  it("repeats the commitment with the nonce from disk, asks for no new entry, and the others ignore the repeat", () => {
    const group = new Group(2);
    group.startAll();
    const before = group.of(1, "broadcast")[0];
    const [entry] = group.of(1, "persist-nonce");
    // Party 1 restarts before anything of party 2 arrived; what party 2 said stays in its journal.
    group.machines.set(1, createGroupSas({ ...makeOptions(1, makeParties(2)), ...(entry && { nonce: entry.nonce }) }));
    const outputs = group.step(1, { type: "start" });
    expect(outputs).toEqual([before, { type: "wake", at: 90_000 }]);
    group.deliverAll();
    expect(group.of(2, "drop")).toEqual([{ type: "drop", code: "sas.repeat", from: 1 }]);
    expect(group.of(1, "sas")[0]?.words).toBe(group.of(2, "sas")[0]?.words);
  });
});
