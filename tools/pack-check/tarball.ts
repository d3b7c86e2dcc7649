import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun, root } from "./run.ts";

/** A package as its users get it. */
export interface Tarball {
  readonly name: string;
  /** Where the package stands in the workspace. */
  readonly folder: string;
  readonly path: string;
  /** Paths below `package/`. */
  readonly files: readonly string[];
  readonly manifest: Manifest;
}

export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Packs every package of the workspace that is to be published. */
export async function packAll(destination: string): Promise<readonly Tarball[]> {
  const folders = globSync("{packages,apps}/*", { cwd: root })
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(join(folder, "package.json")) && manifestOf(folder).private !== true)
    .sort();
  return Promise.all(folders.map((folder) => pack(folder, destination)));
}

async function pack(folder: string, destination: string): Promise<Tarball> {
  const { name } = manifestOf(folder);
  const path = join(destination, `${name.replaceAll(/[^a-z0-9]+/g, "-")}.tgz`);
  await mustRun("pnpm", ["pack", "--out", path], { cwd: folder });
  const listing = await mustRun("tar", ["-tzf", path], { cwd: destination });
  const manifest = JSON.parse(await mustRun("tar", ["-xzOf", path, "package/package.json"], { cwd: destination }));
  const files = listing
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/^package\//, ""));
  return { name, folder, path, files, manifest };
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
