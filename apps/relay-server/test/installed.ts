import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a program that is not ours is, all places in the order of PATH; none if it is not installed. */
export function placesOf(program: string): readonly string[] {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/usr/sbin"];
  return [...new Set(folders)].map((folder) => join(folder, program)).filter(isExecutable);
}

/** The Python that has this module: not always the first one on PATH. */
export function pythonWith(module: string): string | undefined {
  return placesOf("python3").find((python) => spawnSync(python, ["-c", `import ${module}`]).status === 0);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
