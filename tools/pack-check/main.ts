// Packs every public package, looks at what is in the tarballs, installs them into an empty project, and runs there what
// their READMEs show, under every version of Node that they promise. Wants a build: pnpm pack-check
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faultsOf } from "./check-tarball.ts";
import { install, runUnder, typecheck } from "./consumer.ts";
import { lint } from "./lint.ts";
import { fetchNodes } from "./nodes.ts";
import { packAll } from "./tarball.ts";

const temporary = mkdtempSync(join(tmpdir(), "pack-check-"));
let faults = 0;

try {
  const [tarballs, nodes] = await Promise.all([packAll(folder("tarballs")), fetchNodes(folder("nodes"))]);
  if (tarballs.length === 0) throw new Error("there is no package to pack");
  const linted = await Promise.all(tarballs.map((tarball) => lint(tarball, temporary)));
  for (const [index, tarball] of tarballs.entries())
    report(tarball.name, [...faultsOf(tarball), ...(linted[index] ?? [])]);
  const consumer = await install(folder("project"), tarballs);
  const { examples, entries, programs } = consumer;
  const what = `${entries.length} entry points, ${programs.length} programs, ${examples.length} examples`;
  report(`types of what was packed: ${what}`, await typecheck(consumer));
  for (const node of nodes) report(`${node.name}: ${what}`, await runUnder(node, consumer));
} finally {
  rmSync(temporary, { recursive: true });
}
console.log(`pack-check: ${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;

function folder(name: string): string {
  const path = join(temporary, name);
  mkdirSync(path);
  return path;
}

function report(title: string, found: readonly string[]): void {
  faults += found.length;
  console.log(`${found.length === 0 ? "✓" : "✗"} ${title}`);
  for (const fault of found) console.log(fault.replaceAll(/^/gm, "    "));
}
