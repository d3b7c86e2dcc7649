import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { inspect } from "../inspect.ts";
import type { Rules } from "../rules.ts";

/** Rules for the small houses of these tests. */
export const rules: Rules = {
  rooms: { "packages/a": { imports: ["@noble/*", "@countersign/b"], pure: true } },
  injected: ["@countersign/b/node"],
  pinned: ["@noble/"],
  size: { warn: 10, fail: 20, exempt: /words\.ts$/ },
  plausibleModules: 1,
};

const dependencies = { "@noble/hashes": "catalog:", "@countersign/b": "workspace:^", valibot: "^1.5.0" };

/** What a house has before a test adds something: one package with one correct module. */
const bare = {
  "pnpm-workspace.yaml": 'catalog:\n  "@noble/hashes": 2.4.0\n',
  "packages/a/package.json": JSON.stringify({ name: "@countersign/a", dependencies }),
  "packages/a/src/index.ts": 'export { one } from "./one.ts";\n',
  "packages/a/src/one.ts": 'import { sha256 } from "@noble/hashes/sha2.js";\nexport const one = sha256;\n',
};

/** What the checker says of a house with these files, `level place message` each. */
export function findings(files: Readonly<Record<string, string>>, change: Partial<Rules> = {}): string[] {
  const root = mkdtempSync(join(tmpdir(), "boundaries-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries({ ...bare, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return inspect(root, { ...rules, ...change }).findings.map((f) => `${f.level} ${f.place} ${f.message}`);
}

/** The same for one more source `packages/a/src/two.ts`, which index.ts need not know. */
export function findingsOf(source: string, change: Partial<Rules> = {}): string[] {
  return findings({ "packages/a/src/two.ts": source }, change);
}
