import { describe, expect, it } from "vitest";
import { commitment } from "../../src/sas/openings.ts";
import { confirmation } from "../../src/sas/short-string.ts";
import { bytesOf, only, SAS_COMMIT, SAS_OK, SAS_REVEAL, script, startOne } from "./group.ts";

const { commit, nonce, ok, short, transcript } = script(3);
const junk = bytesOf("junk");

/** Party 1 of three at each step on the way; `events` is what it has heard until then. */
const stages = {
  committing: () => startOne(1, 3),
  "committing, one commitment held": () => {
    const one = startOne(1, 3);
    one.hear(2, SAS_COMMIT, commit(2));
    return one;
  },
  "committing, one reveal held": () => {
    const one = stages["committing, one commitment held"]();
    one.hear(2, SAS_REVEAL, nonce(2));
    return one;
  },
  opening: () => {
    const one = stages["committing, one commitment held"]();
    one.hear(3, SAS_COMMIT, commit(3));
    return one;
  },
  "opening, one reveal held": () => {
    const one = stages.opening();
    one.hear(2, SAS_REVEAL, nonce(2));
    return one;
  },
  comparing: () => {
    const one = stages["opening, one reveal held"]();
    one.hear(3, SAS_REVEAL, nonce(3));
    return one;
  },
  "comparing, one yes heard": () => {
    const one = stages.comparing();
    one.hear(2, SAS_OK, ok(2));
    return one;
  },
  agreed: () => {
    const one = stages.comparing();
    one.step({ type: "confirm", same: true });
    return one;
  },
  "agreed, one yes heard": () => {
    const one = stages.agreed();
    one.hear(2, SAS_OK, ok(2));
    return one;
  },
};
type Stage = keyof typeof stages;
const stageNames = Object.keys(stages) as Stage[];
const isOpening = (stage: Stage) => stage.startsWith("opening");

describe("one party, message by message", () => {
  it("emits nonce, commitment, mark, reveal, string, confirmation and completion, each at its time", () => {
    const one = startOne(1, 3);
    expect(one.first).toEqual([
      { type: "persist-nonce", nonce: nonce(1) },
      { type: "broadcast", kind: SAS_COMMIT, content: commit(1) },
    ]);
    expect(one.hear(2, SAS_COMMIT, commit(2))).toEqual([]);
    expect(one.hear(3, SAS_COMMIT, commit(3), 1_000)).toEqual([
      { type: "persist-revealed" },
      { type: "broadcast", kind: SAS_REVEAL, content: nonce(1) },
      { type: "wake", at: 31_000 },
    ]);
    expect(one.hear(3, SAS_REVEAL, nonce(3))).toEqual([]);
    expect(one.hear(2, SAS_REVEAL, nonce(2))).toEqual([
      { type: "sas", words: short.words, digits: short.digits },
      { type: "wake", at: undefined },
    ]);
    expect(one.hear(3, SAS_OK, ok(3))).toEqual([{ type: "peer-confirmed", number: 3 }]);
    expect(one.step({ type: "confirm", same: true })).toEqual([{ type: "broadcast", kind: SAS_OK, content: ok(1) }]);
    expect(one.step({ type: "confirm", same: true })).toEqual([]);
    expect(one.hear(2, SAS_OK, ok(2))).toEqual([{ type: "peer-confirmed", number: 2 }, { type: "complete" }]);
  });

  it("is complete by its own yes when all the others have said theirs before", () => {
    const one = stages["comparing, one yes heard"]();
    one.hear(3, SAS_OK, ok(3));
    expect(one.step({ type: "confirm", same: true })).toEqual([
      { type: "broadcast", kind: SAS_OK, content: ok(1) },
      { type: "complete" },
    ]);
  });

  it("keeps a reveal that comes while a third party's commitment is missing", () => {
    const one = stages["committing, one reveal held"]();
    one.hear(3, SAS_COMMIT, commit(3));
    expect(only(one.hear(3, SAS_REVEAL, nonce(3)), "sas")).toEqual([
      { type: "sas", words: short.words, digits: short.digits },
    ]);
  });

  it("keeps a SAS_OK that comes before the string is known, and checks it then", () => {
    const one = stages["opening, one reveal held"]();
    expect(one.hear(2, SAS_OK, ok(2))).toEqual([]);
    expect(one.hear(2, SAS_OK, ok(2))).toEqual([{ type: "drop", code: "sas.repeat", from: 2 }]);
    const outputs = one.hear(3, SAS_REVEAL, nonce(3));
    expect(outputs.map(({ type }) => type)).toEqual(["sas", "peer-confirmed", "wake"]);

    const other = stages["opening, one reveal held"]();
    other.hear(2, SAS_OK, junk);
    expect(only(other.hear(3, SAS_REVEAL, nonce(3)), "failed")).toMatchObject([
      { code: "peer.sas-mismatch", culprits: [2], persist: true },
    ]);
  });

  it("does not share memory with what it was given and what it gave", () => {
    const one = startOne(1, 2);
    const two = script(2);
    const packet = two.commit(2).slice();
    for (const output of one.first) {
      if (output.type === "persist-nonce") output.nonce.fill(0);
      if (output.type === "broadcast") output.content.fill(0);
    }
    const [, reveal] = one.hear(2, SAS_COMMIT, packet);
    packet.fill(0);
    expect(reveal).toEqual({ type: "broadcast", kind: SAS_REVEAL, content: two.nonce(1) });
    expect(only(one.hear(2, SAS_REVEAL, two.nonce(2)), "sas")[0]?.words).toBe(two.short.words);
  });
});

describe("repeats and contradictions", () => {
  it.each(["comparing, one yes heard", "agreed, one yes heard"] as const)(
    "ignore what was heard before: %s",
    (name) => {
      const one = stages[name]();
      const before = structuredClone({ ...one.machine });
      for (const [kind, content] of [
        [SAS_COMMIT, commit(2)],
        [SAS_REVEAL, nonce(2)],
        [SAS_OK, ok(2)],
      ] as const) {
        expect(one.hear(2, kind, content)).toEqual([{ type: "drop", code: "sas.repeat", from: 2 }]);
      }
      expect({ ...one.machine }).toEqual(before);
    },
  );

  it.each(stageNames.filter((name) => name !== "committing"))("abort at a second, different commitment: %s", (name) => {
    expect(
      stages[name]()
        .hear(2, SAS_COMMIT, junk)
        .find(({ type }) => type === "failed"),
    ).toMatchObject({
      code: "peer.protocol",
      culprits: [2],
      persist: isOpening(name),
    });
  });

  it("abort at a second, different reveal or SAS_OK", () => {
    const faulty = { type: "failed", code: "peer.protocol", culprits: [2] };
    expect(stages["opening, one reveal held"]().hear(2, SAS_REVEAL, junk)).toMatchObject([
      { ...faulty, persist: true },
      { type: "wake", at: undefined },
    ]);
    expect(stages.comparing().hear(2, SAS_REVEAL, junk)).toMatchObject([{ ...faulty, persist: false }]);
    expect(stages["agreed, one yes heard"]().hear(2, SAS_OK, junk)).toMatchObject([{ ...faulty, persist: false }]);
    const early = stages["opening, one reveal held"]();
    early.hear(2, SAS_OK, ok(2));
    expect(early.hear(2, SAS_OK, junk)).toMatchObject([{ ...faulty, persist: true }, { type: "wake" }]);
  });

  it("abort at messages that are out of their order", () => {
    const faulty = { type: "failed", code: "peer.protocol", culprits: [3] };
    expect(stages.committing().hear(3, SAS_REVEAL, nonce(3))).toMatchObject([{ ...faulty, persist: false }]);
    expect(stages.committing().hear(3, SAS_OK, ok(3))).toMatchObject([{ ...faulty, persist: false }]);
    expect(stages.opening().hear(3, SAS_OK, ok(3))[0]).toMatchObject({ ...faulty, persist: true });
  });

  it.each([0, 1, 31, 33, 40, 16_371])("abort at contents of %i bytes", (length) => {
    for (const name of stageNames) {
      for (const kind of [SAS_COMMIT, SAS_REVEAL, SAS_OK] as const) {
        expect(stages[name]().hear(3, kind, new Uint8Array(length))[0]).toMatchObject({
          type: "failed",
          code: "peer.protocol",
          culprits: [3],
          persist: isOpening(name),
        });
      }
    }
  });
});

describe("a reveal that does not open its commitment", () => {
  it.each([
    ["committing, one commitment held", false],
    ["opening", true],
  ] as const)("is a mismatch that names the party: %s", (name, persist) => {
    const [failed] = stages[name]().hear(2, SAS_REVEAL, junk);
    expect(failed).toMatchObject({ type: "failed", code: "peer.sas-mismatch", culprits: [2], persist });
  });

  it("opens to nobody else: the number is part of the commitment", () => {
    const one = startOne(1, 3);
    const copied = commitment(transcript, 2, junk);
    one.hear(2, SAS_COMMIT, copied);
    one.hear(3, SAS_COMMIT, copied);
    one.hear(2, SAS_REVEAL, junk);
    expect(one.hear(3, SAS_REVEAL, junk)[0]).toMatchObject({ code: "peer.sas-mismatch", culprits: [3] });
  });
});

describe("a SAS_OK of another string", () => {
  it.each(["comparing", "agreed"] as const)("is a mismatch that names the party: %s", (name) => {
    for (const content of [junk, ok(2), confirmation(transcript, bytesOf("b").subarray(0, 16), 3)]) {
      expect(stages[name]().hear(3, SAS_OK, content)).toMatchObject([
        { type: "failed", code: "peer.sas-mismatch", culprits: [3], persist: true },
      ]);
    }
  });
});

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
    expect(one.step({ type: "time" }, 1e9)).toEqual([]);
    expect(one.hear(3, SAS_COMMIT, commit(3), 1e9).at(-1)).toEqual({ type: "wake", at: 1e9 + 30_000 });
    expect(one.hear(2, SAS_REVEAL, nonce(2), 1e9 + 29_999)).toEqual([]);
    expect(one.step({ type: "time" }, 1e9 + 29_999)).toEqual([]);
    expect(one.step({ type: "time" }, 1e9 + 30_000)).toEqual([
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
