import { describe, expect, it } from "vitest";
import { confirmation } from "../../src/sas/short-string.ts";
import { bytesOf, SAS_COMMIT, SAS_OK, SAS_REVEAL, startOne } from "./group.ts";
import { isOpening, junk, said, stageNames, stages } from "./stages.ts";

const { commit, nonce, ok, short } = said;

describe("the user's answer", () => {
  it.each(["comparing", "comparing, one yes heard", "agreed", "agreed, one yes heard"] as const)(
    "no is a mismatch that names nobody and counts: %s",
    (name) => {
      expect(stages[name]().step({ type: "confirm", same: false })).toMatchObject([
        { type: "failed", code: "peer.sas-mismatch", culprits: [], persist: true },
      ]);
    },
  );

  it.each(stageNames.filter((name) => name.startsWith("committing") || isOpening(name)))(
    "is refused as long as nothing was shown: %s",
    (name) => {
      const one = stages[name]();
      const before = structuredClone({ ...one.machine });
      for (const same of [true, false]) {
        expect(() => one.step({ type: "confirm", same })).toThrow(expect.objectContaining({ code: "usage.not-now" }));
      }
      expect({ ...one.machine }).toEqual(before);
    },
  );

  it("completes nothing as long as one party is silent", () => {
    const one = stages["agreed, one yes heard"]();
    expect(one.step({ type: "time" }, 1e12)).toEqual([]);
    expect(one.hear(2, SAS_OK, ok(2), 1e12)).toEqual([{ type: "drop", code: "sas.repeat", from: 2 }]);
    expect(one.step({ type: "lost", number: 3 }, 1e12)).toMatchObject([{ code: "peer.sas-aborted", persist: false }]);
  });

  it("of two parties completes nothing when the third is impersonated and cannot confirm the same string", () => {
    // Parties 1 and 2 see one string; whoever plays party 3 towards party 1 has made another one with the real party 3.
    const one = stages["agreed, one yes heard"]();
    const elsewhere = confirmation(bytesOf("another transcript"), short.bytes, 3);
    expect(one.hear(3, SAS_OK, elsewhere)).toMatchObject([
      { type: "failed", code: "peer.sas-mismatch", culprits: [3] },
    ]);
    expect(one.hear(3, SAS_OK, ok(3))).toEqual([]);
  });
});

describe("an end before the end", () => {
  it.each(stageNames)("counts as a SAS failure exactly between one's own reveal and the string: %s", (name) => {
    expect(stages[name]().step({ type: "lost", number: 3 })[0]).toMatchObject({
      type: "failed",
      code: "peer.sas-aborted",
      culprits: [3],
      persist: isOpening(name),
    });
  });

  it.each(stageNames)("with the word that the strings differ is a mismatch: %s", (name) => {
    expect(stages[name]().step({ type: "lost", number: 3, differs: true })[0]).toMatchObject({
      type: "failed",
      code: "peer.sas-mismatch",
      culprits: [3],
      persist: !name.startsWith("committing"),
    });
  });

  it("is none when a party leaves that has said yes to a yes: it may be complete before us", () => {
    const one = stages["agreed, one yes heard"]();
    expect(one.step({ type: "lost", number: 2 })).toEqual([]);
    expect(one.hear(3, SAS_OK, ok(3))).toEqual([{ type: "peer-confirmed", number: 3 }, { type: "complete" }]);
    const undecided = stages["comparing, one yes heard"]();
    expect(undecided.step({ type: "lost", number: 2 })).toMatchObject([{ code: "peer.sas-aborted" }]);
  });

  it("by withheld reveals comes 30 s after one's own reveal, not before, and names who is silent", () => {
    const one = startOne(1, 3);
    one.hear(2, SAS_COMMIT, commit(2), 500);
    expect(one.step({ type: "time" }, 80_000)).toEqual([]);
    expect(one.hear(3, SAS_COMMIT, commit(3), 80_000).at(-1)).toEqual({ type: "wake", at: 110_000 });
    expect(one.hear(2, SAS_REVEAL, nonce(2), 109_999)).toEqual([]);
    expect(one.step({ type: "time" }, 109_999)).toEqual([]);
    expect(one.step({ type: "time" }, 110_000)).toEqual([
      {
        type: "failed",
        code: "peer.sas-aborted",
        culprits: [3],
        detail: "no reveal in time from party 3",
        persist: true,
      },
      { type: "wake", at: undefined },
    ]);
  });

  it("by withheld commitments comes 90 s after one's own, names who is silent, and is no SAS failure", () => {
    const one = startOne(1, 3);
    one.hear(2, SAS_COMMIT, commit(2), 500);
    expect(one.step({ type: "time" }, 89_999)).toEqual([]);
    expect(one.step({ type: "time" }, 90_000)).toEqual([
      {
        type: "failed",
        code: "peer.sas-aborted",
        culprits: [3],
        detail: "no commitment in time from party 3",
        persist: false,
      },
      { type: "wake", at: undefined },
    ]);
  });

  it("by time-out is not undone by a reveal that comes before the wake", () => {
    const one = stages["opening, one reveal held"]();
    const outputs = one.hear(3, SAS_REVEAL, nonce(3), 30_000);
    expect(outputs.map(({ type }) => type)).toEqual(["failed", "wake"]);
  });

  it("is for ever", () => {
    const failed = stages.opening();
    failed.step({ type: "lost", number: 2 });
    const complete = stages["agreed, one yes heard"]();
    complete.hear(3, SAS_OK, ok(3));
    for (const one of [failed, complete]) {
      const before = structuredClone({ ...one.machine });
      for (const kind of [SAS_COMMIT, SAS_REVEAL, SAS_OK] as const) {
        for (const content of [commit(2), nonce(2), ok(2), junk, new Uint8Array(3)]) {
          expect(one.hear(2, kind, content)).toEqual([]);
        }
      }
      for (const same of [true, false]) expect(one.step({ type: "confirm", same })).toEqual([]);
      for (const differs of [true, false]) expect(one.step({ type: "lost", number: 3, differs })).toEqual([]);
      expect(one.step({ type: "start" })).toEqual([]);
      expect(one.step({ type: "time" }, 1e12)).toEqual([]);
      expect({ ...one.machine }).toEqual(before);
    }
  });
});
