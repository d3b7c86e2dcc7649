import { UsageError } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { only, SAS_COMMIT, SAS_OK, SAS_REVEAL, script, startOne } from "./group.ts";
import { junk, said, stages } from "./stages.ts";

const { commit, nonce, ok, short } = said;

describe("one party, message by message", () => {
  it("emits nonce, commitment, mark, reveal, string, confirmation and completion, each at its time", () => {
    const one = startOne(1, 3);
    expect(one.first).toEqual([
      { type: "persist-nonce", nonce: nonce(1) },
      { type: "broadcast", kind: SAS_COMMIT, content: commit(1) },
      { type: "wake", at: 90_000 },
    ]);
    expect(one.hear(2, SAS_COMMIT, commit(2))).toEqual([]);
    expect(one.hear(3, SAS_COMMIT, commit(3), 1_000)).toEqual([
      { type: "persist-revealed" },
      { type: "broadcast", kind: SAS_REVEAL, content: nonce(1) },
      { type: "wake", at: 31_000 },
    ]);
    expect(one.hear(3, SAS_REVEAL, nonce(3))).toEqual([]);
    expect(one.hear(2, SAS_REVEAL, nonce(2))).toEqual([
      { type: "persist-opened", openings: said.openings },
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
    expect(outputs.map(({ type }) => type)).toEqual(["persist-opened", "sas", "peer-confirmed", "wake"]);

    const other = stages["opening, one reveal held"]();
    other.hear(2, SAS_OK, junk);
    expect(only(other.hear(3, SAS_REVEAL, nonce(3)), "failed")).toMatchObject([
      { code: "peer.sas-mismatch", culprits: [2], persist: true },
    ]);
  });

  it("shows the same string again after a restart that finds all openings, and says nothing again", () => {
    const one = startOne(1, 3, { opened: said.openings });
    expect(one.first).toEqual([{ type: "sas", words: short.words, digits: short.digits }]);
    expect(one.hear(2, SAS_COMMIT, commit(2))).toEqual([{ type: "drop", code: "sas.repeat", from: 2 }]);
    expect(one.hear(2, SAS_REVEAL, nonce(2))).toEqual([{ type: "drop", code: "sas.repeat", from: 2 }]);
    expect(one.hear(2, SAS_OK, ok(2))).toEqual([{ type: "peer-confirmed", number: 2 }]);
    expect(one.step({ type: "confirm", same: true })).toEqual([{ type: "broadcast", kind: SAS_OK, content: ok(1) }]);
    expect(one.hear(3, SAS_OK, ok(3))).toEqual([{ type: "peer-confirmed", number: 3 }, { type: "complete" }]);
  });

  it("does not ask again, and says its SAS_OK no more, where it had said it before the restart", () => {
    const one = startOne(1, 3, { opened: said.openings, agreed: true });
    expect(one.first).toEqual([{ type: "sas", words: short.words, digits: short.digits, agreed: true }]);
    expect(one.step({ type: "confirm", same: true })).toEqual([]);
    expect(one.hear(2, SAS_OK, ok(2))).toEqual([{ type: "peer-confirmed", number: 2 }]);
    expect(one.hear(3, SAS_OK, ok(3))).toEqual([{ type: "peer-confirmed", number: 3 }, { type: "complete" }]);
  });

  it("shows nothing of openings that do not open their commitments, wherever they come from", () => {
    const opened = said.openings.map((opening) => (opening.number === 2 ? { ...opening, nonce: junk } : opening));
    expect(() => startOne(1, 3, { opened })).toThrow(expect.objectContaining({ code: "usage.unverified-opening" }));
    expect(() => startOne(1, 3, { opened: opened.slice(0, 1) })).toThrow(UsageError);
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
