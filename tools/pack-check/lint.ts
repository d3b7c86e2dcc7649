import { run } from "./run.ts";
import type { Tarball } from "./tarball.ts";

/** What publint and attw say of a tarball; nothing where they are content. */
export async function lint({ path, manifest }: Tarball, cwd: string): Promise<readonly string[]> {
  const outcomes = [await run("publint", ["run", path, "--strict"], { cwd })];
  // A program without a library has no types that could be wrong.
  if (manifest.exports?.["."] !== undefined) {
    outcomes.push(await run("attw", [path, "--profile", "esm-only", "--format", "ascii", "--no-emoji"], { cwd }));
  }
  return outcomes.filter(({ ok }) => !ok).map(({ output }) => output.trim());
}
