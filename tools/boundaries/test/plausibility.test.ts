import { expect, test } from "vitest";
import { findings, rules } from "./house-on-disk.ts";

test("fewer modules than there must be", () => {
  expect(findings({}, { plausibleModules: 3 })).toEqual([
    "error . saw 2 modules and expected at least 3: is this the right folder?",
  ]);
});

test("a room without a rule, a rule without a room, a room without sources", () => {
  expect(findings({ "packages/z/package.json": "{}", "packages/z/src/z.ts": "" })).toEqual([
    "error packages/z has no rule: add it to tools/boundaries/rules.ts",
  ]);
  expect(findings({}, { rooms: { ...rules.rooms, "apps/c": { imports: [], pure: false } } })).toEqual([
    "error apps/c has a rule and is not there",
  ]);
  expect(
    findings(
      { "packages/z/package.json": "{}" },
      { rooms: { ...rules.rooms, "packages/z": { imports: [], pure: true } } },
    ),
  ).toEqual(["error packages/z has no sources"]);
});

test("a house in which nothing imports anything", () => {
  expect(findings({ "packages/a/src/index.ts": "", "packages/a/src/one.ts": "" })).toEqual([
    "error . saw no import at all: the parser is at fault",
  ]);
});
