import { describe, expect, it } from "vitest";
import { collapses } from "../collapse.ts";
import { gridOf } from "../report.ts";
import { writeSection } from "../sections.ts";

const seal = (peer: string, floor: string) =>
  gridOf([
    ["seal", "median", "time ÷ ours"],
    ["ours", "4.82 µs", "1"],
    ["a peer", "1.97 µs", peer],
    ["a floor", "1.97 µs", floor],
  ]);
const document = writeSection("# All\n", "channel", `How.\n\n${seal("2.00", "0.90")}`);

describe("a ratio of ours to a peer", () => {
  it("may be half as good as the recorded one", () => {
    expect(collapses(document, "channel", seal("1.00", "0.45"))).toEqual({ compared: 3, collapsed: [] });
  });

  it("collapses below that", () => {
    expect(collapses(document, "channel", seal("0.99", "0.45")).collapsed).toEqual([
      { place: "seal, a peer, time ÷ ours", value: 0.99, before: 2, upIsGood: true },
    ]);
  });

  it("counts where the peer's ratio is the one in the table for ours only", () => {
    const relay = (ours: string, theirs: string) =>
      gridOf([
        ["5 members, 200 B", "deliveries/s", "× ws, JSON"],
        ["ours, in memory", "245.8 k", ours],
        ["ws, raw", "209.0 k", theirs],
      ]);
    const held = collapses(writeSection("", "relay", relay("1.5", "1.3")), "relay", relay("0.7", "0.1"));
    expect(held.compared).toBe(1);
    expect(held.collapsed).toMatchObject([{ place: "5 members, 200 B, ours, in memory, × ws, JSON", value: 0.7 }]);
  });
});

it("knows a row by its step as well", () => {
  const signing = (share: string, aggregate: string) =>
    gridOf([
      ["secp256k1", "step", "× ours"],
      ["2 of 3", "share", share],
      ["2 of 3", "aggregate", aggregate],
    ]);
  const held = collapses(writeSection("", "signing", signing("1.8", "30")), "signing", signing("1.8", "14"));
  expect([held.compared, held.collapsed.map(({ place }) => place)]).toEqual([
    2,
    ["secp256k1, 2 of 3, aggregate, × ours"],
  ]);
});

describe("a cost", () => {
  const refused = (ratio: string) =>
    gridOf([
      ["0x43", "outcome", "÷ accepted"],
      ["forged", "dropped", ratio],
    ]);
  const collapsed = (before: string, now: string) =>
    collapses(writeSection("", "e3x", refused(before)), "e3x", refused(now)).collapsed.length;

  it("may double", () => expect(collapsed("0.30", "0.60")).toBe(0));
  it("collapses above that", () => expect(collapsed("0.30", "0.61")).toBe(1));
  it("says nothing as long as it is next to none", () => expect(collapsed("0.002", "0.09")).toBe(0));
});

it("compares nothing with a part that the document does not have, or a table or row that is new", () => {
  expect(collapses(document, "spake2", seal("0.1", "0.1")).compared).toBe(0);
  expect(collapses(document, "channel", seal("2", "1").replace("| seal", "| open")).compared).toBe(0);
});
