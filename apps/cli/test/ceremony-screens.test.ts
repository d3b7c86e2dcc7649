import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { LiveBlock } from "../src/screens/live-block.ts";
import { heardQuestion } from "../src/screens/sas-lines.ts";
import { ceremonyLine, progressLines } from "../src/screens/stand-lines.ts";

const alice = { number: 1, label: "alice", self: true, online: true, verified: true, round: 2, waited: false };
const bob = { ...alice, number: 2, label: "bob", self: false, online: false, round: 1, waited: true };
const carol = { ...bob, number: 12, label: "carol", online: true };
const stand = { event: "ceremony", about: "The key", round: 2, rounds: 3, name: "shares" } as const;

describe("where a ceremony stands", () => {
  it("is said in a line, with those who are waited for by name", () => {
    expect(ceremonyLine({ ...stand, parties: [alice, bob, carol] })).toBe(
      "The key, round 2 of 3 (shares): waiting for bob and carol",
    );
    expect(ceremonyLine({ ...stand, parties: [{ ...alice, waited: true }] })).toBe("The key, round 2 of 3 (shares)");
    expect(ceremonyLine({ ...stand, name: "closing", parties: [alice, bob] })).toBe(
      "The key, closing: waiting for bob",
    );
    expect(ceremonyLine({ ...stand, name: "complete", parties: [alice, bob] })).toBe("The key: all parties have it");
  });

  it("names this party, too, to whoever looks from elsewhere", () => {
    const parties = [{ ...alice, waited: true }, bob];
    expect(ceremonyLine({ ...stand, parties }, "all")).toBe("The key, round 2 of 3 (shares): waiting for you and bob");
    expect(ceremonyLine({ ...stand, parties: [alice, bob] }, "all")).toMatch(/: waiting for bob$/);
  });

  it("is a table with a line for each party", () => {
    expect(progressLines({ ...stand, parties: [alice, bob, carol] })).toEqual([
      "  1  alice (you)  ● online   verified  round 2",
      "  2  bob          ○ offline  verified  round 1  waited for",
      " 12  carol        ● online   verified  round 1  waited for",
    ]);
  });
});

describe("a question whether somebody was heard", () => {
  it("names each of the others, and tells first who reads to whom", () => {
    const others = [bob, carol];
    expect(heardQuestion(others, { role: "host", label: "bob", first: true }).split("\n")).toEqual([
      "Ask bob and carol to read the five words to everybody, by voice; then read yours.",
      "Did you hear bob say exactly these five words? (yes/no)",
    ]);
    expect(heardQuestion(others, { role: "guest", label: "carol", first: false })).toBe(
      "Did you hear carol say exactly these five words? (yes/no)",
    );
  });
});

describe("a block of lines", () => {
  const draw = (isTTY: boolean, ...frames: readonly (readonly string[])[]) => {
    const written: string[] = [];
    const block = new LiveBlock({ isTTY, columns: 12, write: (text) => written.push(text) });
    for (const frame of frames) block.draw(frame);
    return { written, block };
  };

  it("is drawn in its place again when it has changed", () => {
    const { written } = draw(true, ["one", "two"], ["one", "two"], ["three"], ["four"]);
    expect(written).toEqual(["one\ntwo\n", "\u001b[2A\u001b[0J", "three\n", "\u001b[1A\u001b[0J", "four\n"]);
  });

  it("has no line that breaks at a terminal's edge", () => {
    const { written } = draw(true, ["0123456789abcdef", "\u001b[1mshort\u001b[22m"]);
    expect(stripVTControlCharacters(written.join(""))).toBe("0123456789…\nshort\n");
  });

  it("stands below what was said since, and is only lines where there is no terminal", () => {
    const { written, block } = draw(true, ["one"]);
    block.leave();
    block.draw(["one"]);
    expect(written).toEqual(["one\n", "one\n"]);
    expect(draw(false, ["one"], ["two"]).written).toEqual(["one\n", "two\n"]);
  });
});
