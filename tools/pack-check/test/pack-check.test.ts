import { expect, test } from "vitest";
import { faultsOf } from "../check-tarball.ts";
import { examplesIn } from "../examples.ts";
import type { Tarball } from "../tarball.ts";

const good: Tarball = {
  name: "@countersign/a",
  folder: "packages/a",
  path: "a.tgz",
  files: ["package.json", "README.md", "LICENSE", "LICENSE-MIT", "LICENSE-APACHE", "dist/index.js", "dist/index.d.ts"],
  manifest: {
    name: "@countersign/a",
    exports: {
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./package.json": "./package.json",
    },
    dependencies: { "@noble/hashes": "2.4.0", "@countersign/b": "^0.0.0" },
  },
};

function faultsWith(change: Partial<Tarball["manifest"]>, files: readonly string[] = good.files): readonly string[] {
  return faultsOf({ ...good, files, manifest: { ...good.manifest, ...change } });
}

test("a tarball as it should be", () => {
  expect(faultsOf(good)).toEqual([]);
});

test("missing licences, promised files that are not there, files that have no business there", () => {
  expect(
    faultsWith(
      {},
      good.files.filter((file) => file !== "LICENSE-MIT"),
    ),
  ).toEqual(["LICENSE-MIT is missing"]);
  expect(faultsWith({ bin: { a: "./dist/main.js" } })).toEqual(["dist/main.js is named and not there"]);
  expect(faultsWith({}, [...good.files, "src/index.ts"])).toEqual(["src/index.ts does not belong into a package"]);
});

test("versions that mean nothing outside of the workspace, and cryptography that is not pinned", () => {
  expect(faultsWith({ dependencies: { valibot: "catalog:" } })).toEqual([
    'valibot is "catalog:", which means nothing outside',
  ]);
  expect(faultsWith({ dependencies: { "@noble/curves": "^2.4.0" } })).toEqual([
    '@noble/curves is "^2.4.0", not pinned',
  ]);
});

test("the programs of a README: the blocks that import something of ours", () => {
  const readme = [
    "```sh\nnpm install @countersign/a\n```",
    '```js\nimport { a } from "@countersign/a";\na();\n```',
    "```js\nconst excerpt = 1;\n```",
    '```ts\nimport type { A } from "@countersign/a";\n```',
  ].join("\n\n");
  expect(examplesIn("@countersign/a", readme)).toEqual([
    { file: "a-readme-1.mjs", source: 'import { a } from "@countersign/a";\na();\n' },
    { file: "a-readme-2.mts", source: 'import type { A } from "@countersign/a";\n' },
  ]);
});
