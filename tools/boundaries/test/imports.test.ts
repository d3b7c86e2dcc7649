import { expect, test } from "vitest";
import { findings, findingsOf, rules } from "./house-on-disk.ts";

const at = "error packages/a/src/two.ts:1";

test("a house that keeps to the rules has no findings", () => {
  expect(findings({})).toEqual([]);
});

test.each([
  'import { x } from "@countersign/b";',
  'import type { X } from "@countersign/b/some/part";',
  'import { sha256 } from "@noble/hashes/sha2.js";',
  'import { one } from "./one.ts";',
])("allowed: %s", (source) => {
  expect(findingsOf(source)).toEqual([]);
});

test.each([
  ['import * as v from "valibot";', "valibot"],
  ['import type { Entry } from "@countersign/relay";', "@countersign/relay"],
  ['export { x } from "ws";', "ws"],
  ['import "node:fs";', "node:fs"],
  ['const x = import("ws");', "ws"],
  ['type X = import("ws").WebSocket;', "ws"],
  ["const name = `ws`; const x = import(name);", "import(…) of something computed"],
])("not in the table: %s", (source, specifier) => {
  expect(findingsOf(source)).toEqual([`${at} may not import "${specifier}"`]);
});

test("an allowed package that package.json does not declare", () => {
  expect(findingsOf('import "@noble/curves/nist.js";')).toEqual([
    `${at} "@noble/curves" is not among the dependencies in package.json`,
  ]);
});

test("an accelerated backend is for apps to inject", () => {
  expect(findingsOf('import "@countersign/b/node";')).toEqual([`${at} "@countersign/b/node" is for apps to inject`]);
});

test("an app may import what the table gives it, third-party packages included, if it declares them", () => {
  const rooms = {
    ...rules.rooms,
    "apps/c": { imports: ["third-party", "node:*", "@countersign/b"], pure: false },
  };
  const app = (source: string) =>
    findings(
      {
        "apps/c/package.json": JSON.stringify({
          name: "@countersign/c",
          dependencies: { ws: "1", "@countersign/b": "1", "@countersign/relay": "1" },
        }),
        "apps/c/src/main.ts": source,
      },
      { rooms },
    );
  expect(app('import "ws"; import "node:fs"; import "@countersign/b/node";')).toEqual([]);
  expect(app('import "@countersign/relay";')).toEqual([
    'error apps/c/src/main.ts:1 may not import "@countersign/relay"',
  ]);
  expect(app('import "pino";')).toEqual([
    'error apps/c/src/main.ts:1 "pino" is not among the dependencies in package.json',
  ]);
});

test("examples lie beside their sources, and inject what an app would", () => {
  const rooms = { ...rules.rooms, examples: { imports: ["@countersign/b"], pure: false } };
  const manifest = JSON.stringify({ name: "@countersign/examples", dependencies: { "@countersign/b": "1" } });
  const examples = (source: string) =>
    findings(
      { "examples/package.json": manifest, "examples/01-x.ts": source, "examples/src/y.ts": "export const y = 1;" },
      { rooms },
    );
  expect(examples('import "./src/y.ts"; import "@countersign/b/node";')).toEqual([]);
  expect(examples('import "node:fs"; import "./src/z.ts";')).toEqual([
    'error examples/01-x.ts:1 may not import "node:fs"',
    'error examples/01-x.ts:1 "./src/z.ts" is no file of this package; own files are imported with their ending, .ts',
  ]);
});

test("relative imports stay in the package, name a file, and do not lead from sources into tests", () => {
  expect(findingsOf('import "../../b/src/x.ts";')).toEqual([`${at} "../../b/src/x.ts" leaves its package`]);
  expect(findingsOf('import "./one.js";')).toEqual([
    `${at} "./one.js" is no file of this package; own files are imported with their ending, .ts`,
  ]);
  expect(findings({ "packages/a/test/t.ts": "", "packages/a/src/two.ts": 'import "../test/t.ts";' })).toEqual([
    `${at} "../test/t.ts" is a test`,
  ]);
});

test("tests may import what they like, but not reach into another package's files", () => {
  expect(findings({ "packages/a/test/t.test.ts": 'import "vitest"; import "node:fs";' })).toEqual([]);
  expect(findings({ "packages/a/test/t.test.ts": 'import "../../b/src/x.ts";' })).toEqual([
    'error packages/a/test/t.test.ts:1 "../../b/src/x.ts" leaves its package',
  ]);
});

test("a backend of its own may use Node", () => {
  const rooms = { "packages/a": { imports: ["@noble/*"], pure: true, exempt: ["src/node.ts", "src/node/"] } };
  const source = 'import "node:crypto"; export const at = Date.now();';
  expect(findings({ "packages/a/src/node.ts": source, "packages/a/src/node/x.ts": source }, { rooms })).toEqual([]);
  expect(findings({ "packages/a/src/nodes.ts": source }, { rooms })).toHaveLength(2);
});

test("a circle of files, types included, is reported once", () => {
  const files = {
    "packages/a/src/x.ts": 'import type { Y } from "./y.ts"; export type X = Y;',
    "packages/a/src/y.ts": 'export * as z from "./z.ts";'.replace("* as z", "{ z }"),
    "packages/a/src/z.ts": 'import "./x.ts"; export const z = 1;',
  };
  expect(findings(files)).toEqual([
    "error packages/a/src/x.ts imports itself in the end: src/x.ts → src/y.ts → src/z.ts → src/x.ts",
  ]);
});

test("a version of a pinned scope that is a range, in package.json or in the catalog", () => {
  expect(findings({ "pnpm-workspace.yaml": 'catalog:\n  "@noble/hashes": ^2.4.0\n' })).toEqual([
    'error packages/a/package.json @noble/hashes is "^2.4.0", not one exact version',
  ]);
});
