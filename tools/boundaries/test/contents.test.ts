import { expect, test } from "vitest";
import { findings, findingsOf, rules } from "./house-on-disk.ts";

const at = "error packages/a/src/two.ts:1";
const impure = { rooms: { "packages/a": { imports: ["@noble/*"], pure: false } } };

test.each([
  ["const t = Date.now();", "Date"],
  ["const t = new Date();", "Date"],
  ["const r = Math.random();", "Math.random"],
  ['console.log("x");', "console"],
  ["setTimeout(f, 1);", "setTimeout"],
  ["async function f() {}", "async"],
  ["const x = await y;", "await"],
  ["for await (const x of y) f(x);", "await"],
  ["function f(): Promise<void> {}", "Promise"],
  ["const b = Buffer.from([]);", "Buffer"],
  ["const o = { crypto };", "crypto"],
  ["const o = { a: process };", "process"],
])("forbidden in a pure package: %s", (source, name) => {
  expect(findingsOf(source)).toEqual([`${at} \`${name}\` in a pure package`]);
});

test.each([
  "const fetch = 1;",
  "interface Clock { Date: number; console(): void }",
  "machine.fetch(state.process);",
  'const s = "Date.now() await Buffer"; // console, setTimeout',
  "const max = Math.max(1, 2);",
])("no global is meant: %s", (source) => {
  expect(findingsOf(source)).toEqual([]);
});

test("a package that is not pure may wait, but neither use Buffer nor Math.random", () => {
  expect(findingsOf("const f = async () => { await Promise.all([]); setTimeout(f, 1); };", impure)).toEqual([]);
  expect(findingsOf("Buffer.from([]);", impure)).toEqual([`${at} \`Buffer\` in a package: use Uint8Array`]);
  expect(findingsOf("Math.random();", impure)).toEqual([`${at} \`Math.random\` is no source of randomness here`]);
});

test("tests may do all that", () => {
  expect(findings({ "packages/a/test/t.test.ts": "await f(Date.now(), Buffer.from([]));" })).toEqual([]);
});

test("`export *` is refused everywhere", () => {
  const message = "`export *`: a barrel lists names";
  expect(findingsOf('export * from "./one.ts";', impure)).toEqual([`${at} ${message}`]);
  expect(findingsOf('export * as one from "./one.ts";')).toEqual([`${at} ${message}`]);
});

test("a second barrel is refused", () => {
  expect(findings({ "packages/a/src/part/index.ts": "" })).toEqual([
    "error packages/a/src/part/index.ts src/index.ts is the only barrel of a package",
  ]);
});

test("words of other layers, in code and in comments, singular and plural", () => {
  const rooms = { "packages/a": { imports: ["@noble/*"], pure: true, words: ["relay"] } };
  expect(findingsOf("\n// as Relays do\nconst relayed = 1;", { rooms })).toEqual([
    'error packages/a/src/two.ts:2 the word "Relays" in a package that implements a standard and nothing else',
  ]);
});

test("size: quiet at the limit, a warning above it, an error far above it, word lists exempt", () => {
  expect(findingsOf("\n".repeat(rules.size.warn))).toEqual([]);
  expect(findingsOf("\n".repeat(rules.size.warn + 1))).toEqual([
    "warning packages/a/src/two.ts 11 lines: does it hold more than one concept?",
  ]);
  expect(findingsOf("\n".repeat(rules.size.fail + 1))).toEqual(["error packages/a/src/two.ts 21 lines, more than 20"]);
  expect(findings({ "packages/a/src/pgp-words.ts": "\n".repeat(1000) })).toEqual([]);
});
