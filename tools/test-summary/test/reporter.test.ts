import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startVitest } from "vitest/node";
import { ClosingLine } from "../reporter.ts";

/** What the reporter prints of a run of these test files. */
async function linesOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), "test-summary-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);

  const lines: string[] = [];
  const exitCode = process.exitCode;
  const vitest = await startVitest("test", [], {
    watch: false,
    root,
    config: false,
    globals: true,
    reporters: [new ClosingLine((line) => lines.push(line))],
  });
  await vitest.close();
  process.exitCode = exitCode; // The inner run's failures are what this test is about, not failures of its own.
  return lines;
}

test("counts, and names what was skipped and what failed, and why", async () => {
  const lines = await linesOf({
    "a.test.ts": `
      test("good", () => { expect(1).toBe(1); });
      test("bad", () => { expect(1).toBe(2); });
      describe.skipIf(true)("vectors (the folder is missing)", () => { test("case 1", () => {}); });
      test("late", (context) => { context.skip("no redis here"); });
    `,
    "b.test.ts": `test("good, too", () => { expect(1).toBe(1); });`,
  });
  expect(lines).toEqual([
    "skipped: a.test.ts > vectors (the folder is missing) > case 1",
    "skipped: a.test.ts > late (no redis here)",
    "failed: a.test.ts > bad: expected 1 to be 2 // Object.is equality",
    "2 passed, 1 failed, 2 skipped",
  ]);
});

test("a file that does not load, a hook that throws and an unhandled rejection are failures", async () => {
  const lines = await linesOf({
    "load.test.ts": `throw new Error("at load");`,
    "hook.test.ts": `describe("s", () => { afterAll(() => { throw new Error("in a hook"); }); test("t", () => {}); });`,
    "unhandled.test.ts": `test("t", () => { Promise.reject(new Error("unheard")); });`,
  });
  expect(lines.toSorted()).toEqual([
    "2 passed, 3 failed, 0 skipped",
    "failed: hook.test.ts: in a hook",
    "failed: load.test.ts: at load",
    "failed: outside of any test: unheard",
  ]);
});
