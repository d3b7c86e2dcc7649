import { expect, it } from "vitest";
import { defaultLimits } from "../../src/limits/limits.ts";
import { formatBytes, formatCount, formatDelay, formatDuration } from "../../src/observe/page/format.ts";
import { limitRows } from "../../src/observe/page/limit-rows.ts";
import { sparkline } from "../../src/observe/page/sparkline.ts";

it.for([
  [0, "0 B"],
  [1, "1 B"],
  [1_023, "1,020 B"],
  [1_024, "1 KiB"],
  [1_536, "1.5 KiB"],
  [64 * 1024 * 1024, "64 MiB"],
  [2 ** 60, "1,050,000 TiB"],
] as const)("%d bytes are %s", ([bytes, text]) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.for([
  [0, "0 s"],
  [0.9, "0 s"],
  [59, "59 s"],
  [60, "1 min"],
  [3_661, "1 h 1 min"],
  [86_400, "1 d"],
  [90_061, "1 d 1 h"],
  [86_400 * 400, "400 d"],
] as const)("%d seconds are %s", ([seconds, text]) => {
  expect(formatDuration(seconds)).toBe(text);
});

it("counts and delays are short", () => {
  expect(formatCount(250_000)).toBe("250,000");
  expect(formatDelay(0.01234)).toBe("12.3 ms");
  expect(formatDelay(1.5)).toBe("1.5 s");
});

it("every limit has its line", () => {
  const rows = limitRows(defaultLimits);
  expect(rows).toHaveLength(Object.keys(defaultLimits).length);
  expect(new Set(rows.map(([what]) => what)).size).toBe(rows.length);
  expect(rows).toContainEqual(["Bytes of an address", "8 MiB/s"]);
});

it("a curve ends at the right and stays within its frame", () => {
  const points = (values: number[]) =>
    (/polyline points="([^"]*)"/.exec(sparkline(values, { floor: 10, label: "x" }))?.[1] ?? "")
      .split(" ")
      .map((point) => point.split(",").map(Number));
  expect(points([])).toEqual([[0]]);
  expect(points([5])).toEqual([[0]]);
  const two = points([0, 20]);
  expect(two.at(-1)).toEqual([240, 1.5]);
  expect(two[0]?.[1]).toBe(38.5);
  expect(points(Array.from({ length: 60 }, () => 5))[0]).toEqual([0, 20]);
});
