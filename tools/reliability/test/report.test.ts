import { expect, it } from "vitest";
import { isHeld } from "../proof.ts";
import { table } from "../report.ts";

it("holds figures against their targets, bounds included", () => {
  const figure = { name: "lost", unit: "", target: { atMost: 0 } };
  expect(isHeld({ ...figure, value: 0 })).toBe(true);
  expect(isHeld({ ...figure, value: 1 })).toBe(false);
  expect(isHeld({ ...figure, value: Number.NaN })).toBe(false);
  expect(isHeld({ name: "rate", value: 999, unit: "1/s", target: { atLeast: 1_000 } })).toBe(false);
  expect(isHeld({ name: "rate", value: 1_000, unit: "1/s", target: { atLeast: 1_000, atMost: 1_000 } })).toBe(true);
  expect(isHeld({ name: "told", value: 12, unit: "ms" })).toBe(true);
});

it("prints a table that says what was missed", () => {
  const figures = [
    { name: "lost", value: 2, unit: "", target: { atMost: 0 } },
    { name: "ready after", value: 0.4567, unit: "s", target: { atMost: 2 } },
    { name: "answered", value: 12_345, unit: "", target: { atLeast: 1, atMost: 20_000 } },
    { name: "resumed", value: 100, unit: "%", target: { atLeast: 100, atMost: 100 } },
    { name: "memory", value: 80, unit: "MB" },
  ];
  expect(table({ id: "x1", title: "crash" }, figures)).toBe(
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
