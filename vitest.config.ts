import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { ClosingLine } from "./tools/test-summary/reporter.ts";

// Tests run against the sources, so that a failing test points at a line one can edit.
const root = new URL(".", import.meta.url).pathname;

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@countersign\/(relay-server)$/, replacement: `${root}apps/$1/src/index.ts` },
      { find: "@countersign/cli/at-files", replacement: `${root}apps/cli/src/store/at-files.ts` },
      { find: /^@countersign\/([^/]+)$/, replacement: `${root}packages/$1/src/index.ts` },
      { find: /^@countersign\/([^/]+)\/([^/]+\.json)$/, replacement: `${root}packages/$1/$2` },
      { find: /^@countersign\/([^/]+)\/([^/]+)$/, replacement: `${root}packages/$1/src/$2.ts` },
    ],
  },
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "apps/*/test/**/*.test.ts",
      "examples/test/**/*.test.ts",
      "tools/*/test/**/*.test.ts",
    ],
    // Two at least: many tests wait for processes that they have started, or for keys to be derived.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    setupFiles: ["tools/test-summary/calm-v8.ts"],
    testTimeout: 60_000,
    // Many hooks start processes.
    hookTimeout: 60_000,
    reporters: ["default", new ClosingLine()],
  },
});
