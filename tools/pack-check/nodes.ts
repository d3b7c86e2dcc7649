import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun } from "./run.ts";

/** One version of Node, to be run by path. */
export interface NodeVersion {
  readonly name: string;
  readonly executable: string;
}

/** The versions of Node that packages promise to run under: the workspace's own, and the others from the registry. */
export async function fetchNodes(folder: string): Promise<readonly NodeVersion[]> {
  const others = ["22", "26"];
  const dependencies = Object.fromEntries(others.map((major) => [`node-${major}`, `npm:node@${major}`]));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  await mustRun("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder, limit: 300_000 });
  const executables = [
    ...others.map((major) => join(folder, "node_modules", `node-${major}`, "bin", "node")),
    process.execPath,
  ];
  return Promise.all(
    executables.map(async (executable) => ({
      executable,
      name: `Node ${(await mustRun(executable, ["--version"], { cwd: folder })).trim().slice(1)}`,
    })),
  );
}
