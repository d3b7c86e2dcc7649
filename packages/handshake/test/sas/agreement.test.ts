import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, Group, SAS_COMMIT, SAS_OK, SAS_REVEAL, startOne } from "./group.ts";

function answerAll(group: Group): void {
  for (const number of group.machines.keys()) group.step(number, { type: "confirm", same: true });
  group.deliverAll();
}

function expectAgreement(group: Group): void {
  const shown = [...group.machines.keys()].map((number) => group.of(number, "sas"));
  const words = new Set(shown.map(([sas]) => `${sas?.words} ${sas?.digits}`));
  expect(words.size).toBe(1);
  expect(shown.every((list) => list.length === 1)).toBe(true);
  expect(shown[0]?.[0]?.words).toMatch(/^[a-z]+(-[a-z]+){4}$/);
}

describe("N parties that follow the protocol", () => {
  it.each([2, 3, 5, 100])("agree on one string and complete: N = %i", (n) => {
    const group = new Group(n);
    group.startAll();
    group.deliverAll();
    expectAgreement(group);
    answerAll(group);
    for (const number of group.machines.keys()) {
      expect(group.of(number, "complete")).toHaveLength(1);
      expect(group.of(number, "peer-confirmed").map((output) => output.number)).toHaveLength(n - 1);
      expect(group.of(number, "failed")).toEqual([]);
      expect(group.of(number, "drop")).toEqual([]);
    }
  });

  it.each([
    [2, 200],
    [3, 200],
    [5, 100],
    [12, 10],
  ])("agree whatever the order in which channels deliver and people answer: N = %i", (n, numRuns) => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(1_000_000)), (picks) => {
        const group = new Group(n);
        group.startAll();
        const answered = new Set<number>();
        for (const pick of picks) {
          const number = (pick % n) + 1;
          // Some answer as soon as they see the string, so that their SAS_OK overtakes other parties' reveals.
          if (!answered.has(number) && group.of(number, "sas").length > 0) {
            answered.add(number);
            group.step(number, { type: "confirm", same: true });
          } else if (!group.deliver(pick) && answered.size === n) break;
        }
        expectAgreement(group);
        for (let number = 1; number <= n; number++) {
          expect(group.of(number, "complete")).toHaveLength(1);
          expect(group.of(number, "failed")).toEqual([]);
        }
      }),
      { numRuns },
    );
  });

  it("show the string to nobody who has not been sent all reveals, in any order and with any message withheld", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }),
        fc.nat(),
        fc.array(fc.nat(1_000_000), { maxLength: 120 }),
        (n, withheld, picks) => {
          const group = new Group(n);
          group.startAll();
          // One channel is cut for reveals: its receiver must never see a string.
          const channels = [...group.channels.values()];
          const cut = channels[withheld % channels.length];
          for (const pick of picks) {
            if (cut?.queue.some((input) => input.type === "message" && input.kind === SAS_REVEAL)) cut.queue = [];
            group.deliver(pick);
            for (const [number, outputs] of group.outputs) {
              if (!outputs.some(({ type }) => type === "sas")) continue;
              expect(number).not.toBe(cut?.to);
              for (const [other, said] of group.outputs) {
                const revealed = said.some((output) => output.type === "broadcast" && output.kind === SAS_REVEAL);
                expect(revealed, `party ${other} has revealed before party ${number} knows the string`).toBe(true);
              }
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("reveal nothing before they hold all commitments", () => {
    const group = new Group(3);
    group.startAll();
    const late = group.channels.get("3>1");
    const kept = late?.queue.splice(0) ?? [];
    group.deliverAll();
    // Parties 2 and 3 hold all three and have revealed; party 1 holds their nonces but misses a commitment.
    expect(group.of(1, "broadcast").map(({ kind }) => kind)).toEqual([SAS_COMMIT]);
    expect(group.of(2, "broadcast").map(({ kind }) => kind)).toEqual([SAS_COMMIT, SAS_REVEAL]);
    expect(group.of(1, "sas")).toEqual([]);
    expect(kept).toHaveLength(1);
  });

  it("see different strings when anything of the group differs", () => {
    const other = new Group(2, () => ({ randomBytes: (length) => new Uint8Array(length).fill(7) }));
    const group = new Group(2);
    for (const one of [group, other]) {
      one.startAll();
      one.deliverAll();
    }
    expect(group.of(1, "sas")[0]?.words).not.toBe(other.of(1, "sas")[0]?.words);
  });
});

describe("a group whose keys are all pinned", () => {
  it("shows the string and is complete at once; nobody is asked and no SAS_OK is sent", () => {
    const group = new Group(3, () => ({ verified: true }));
    group.startAll();
    group.deliverAll();
    expectAgreement(group);
    for (const number of [1, 2, 3]) {
      expect(group.of(number, "complete")).toHaveLength(1);
      expect(group.of(number, "broadcast").map(({ kind }) => kind)).toEqual([SAS_COMMIT, SAS_REVEAL]);
    }
    expect(group.step(1, { type: "confirm", same: false })).toEqual([]);
  });

  it("has no use for a SAS_OK, right or wrong", () => {
    const one = startOne(1, 2, { verified: true });
    for (const content of [bytesOf("a"), bytesOf("b")]) {
      expect(one.hear(2, SAS_OK, content)).toEqual([{ type: "drop", code: "sas.unasked", from: 2 }]);
    }
  });
});
