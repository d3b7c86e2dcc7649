import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { allFiles, folder } from "../all-scenarios.ts";
import { compare } from "../compare.ts";

test("spec/vectors is what the tool computes", () => {
  const files = allFiles();
  expect(files.size).toBeGreaterThan(100);
  expect(compare(folder, files).map(({ name }) => name)).toEqual([]);
});

test("a file that differs, one that is missing and one that nobody knows are found", () => {
  const place = mkdtempSync(join(tmpdir(), "vectors-"));
  onTestFinished(() => rmSync(place, { recursive: true }));
  for (const name of ["same.json", "other.json", "unknown.json"]) writeFileSync(join(place, name), "old");
  const files = new Map([
    ["same.json", "old"],
    ["other.json", "new"],
    ["missing.json", "new"],
  ]);
  expect(compare(place, files)).toEqual([
    { name: "other.json", text: "new" },
    { name: "missing.json", text: "new" },
    { name: "unknown.json", text: undefined },
  ]);
});
