import { expect, it } from "vitest";
import { verdictOf } from "../proof.ts";
import { table } from "../report.ts";

it("holds figures against their targets, bounds included", () => {
  const lost = { name: "lost", unit: "", target: { atMost: 0 } };
  const rate = { name: "rate", unit: "1/s", target: { atLeast: 1_000 } };
  for (const scale of ["quick", "full"] as const) {
    expect(verdictOf({ ...lost, value: 0 }, scale)).toBe("held");
    expect(verdictOf({ ...lost, value: 1 }, scale)).toBe("missed");
    expect(verdictOf({ ...lost, value: Number.NaN }, scale)).toBe("missed");
    expect(verdictOf({ ...rate, value: 1_000 }, scale)).toBe("held");
    expect(verdictOf({ ...rate, value: 99 }, scale)).toBe("missed");
    expect(verdictOf({ name: "told", value: 12, unit: "ms" }, scale)).toBe("held");
  }
});

it("lets a quick run on a busy machine be slow, within ten times", () => {
  const rate = { name: "rate", value: 999, unit: "1/s", target: { atLeast: 1_000 } };
  const time = { name: "ready", value: 20, unit: "s", target: { atMost: 2 } };
  expect([rate, time].map((figure) => verdictOf(figure, "quick"))).toEqual(["slow", "slow"]);
  expect([rate, time].map((figure) => verdictOf(figure, "full"))).toEqual(["missed", "missed"]);
  expect(verdictOf({ ...time, value: 20.1 }, "quick")).toBe("missed");
  expect(verdictOf({ ...time, unit: "MB" }, "quick")).toBe("missed");
});

it("prints a table that says what was missed", () => {
  const figures = [
    { name: "lost", value: 2, unit: "", target: { atMost: 0 } },
    { name: "ready after", value: 0.4567, unit: "s", target: { atMost: 2 } },
    { name: "answered", value: 12_345, unit: "", target: { atLeast: 1, atMost: 20_000 } },
    { name: "resumed", value: 100, unit: "%", target: { atLeast: 100, atMost: 100 } },
    { name: "memory", value: 80, unit: "MB" },
  ];
  expect(table({ id: "x1", title: "crash" }, figures, "full")).toBe(
    [
      "| X1: crash   | figure | target                     |        |",
      "|-------------|--------|----------------------------|--------|",
      "| lost        | 2      | at most 0                  | MISSED |",
      "| ready after | 0.46 s | at most 2 s                | held   |",
      "| answered    | 12,345 | at least 1, at most 20,000 | held   |",
      "| resumed     | 100 %  | 100 %                      | held   |",
      "| memory      | 80 MB  |                            |        |",
    ].join("\n"),
  );
});
