import { describe, expect, it } from "vitest";
import { commitment } from "../../src/sas/openings.ts";
import { confirmation } from "../../src/sas/short-string.ts";
import { bytesOf, SAS_COMMIT, SAS_OK, SAS_REVEAL, startOne } from "./group.ts";
import { isOpening, junk, said, stageNames, stages } from "./stages.ts";

const { commit, nonce, ok, transcript } = said;

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
    expect(stages.committing().hear(3, SAS_REVEAL, nonce(3))).toMatchObject([
      { ...faulty, persist: false },
      { type: "wake" },
    ]);
    expect(stages.committing().hear(3, SAS_OK, ok(3))).toMatchObject([{ ...faulty, persist: false }, { type: "wake" }]);
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
