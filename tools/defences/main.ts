import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { defences } from "./defences.ts";
import { checkPlace } from "./patch.ts";

// Takes each defence away, one at a time, and runs the tests that must notice. Exit status 1 if one of them does not.
const root = fileURLToPath(new URL("../..", import.meta.url));
const wanted = process.argv.slice(2).map(Number);
let unnoticed = 0;

for (const [index, defence] of defences.entries()) {
  if (wanted.length > 0 && !wanted.includes(index)) continue;
  checkPlace(defence);
  const noticed = (await runTests(index, defence.tests)) !== 0;
  if (!noticed) unnoticed++;
  process.stdout.write(`${noticed ? "noticed  " : "UNNOTICED"} ${String(index).padStart(2)}  ${defence.against}\n`);
}
process.stdout.write(
  `${unnoticed === 0 ? "every defence is missed by a test" : `${unnoticed} not missed by any test`}\n`,
);
process.exitCode = unnoticed === 0 ? 0 : 1;

function runTests(index: number, tests: readonly string[]): Promise<number> {
  const files = tests.map((file) => `packages/${file}`);
  const child = spawn(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "--config", "tools/defences/vitest.config.ts", ...files],
    { cwd: root, stdio: "ignore", env: { ...process.env, COUNTERSIGN_WITHOUT_DEFENCE: String(index) } },
  );
  return new Promise((resolve) => child.on("close", (status) => resolve(status ?? 1)));
}
