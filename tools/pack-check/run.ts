import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The workspace's root. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Outcome {
  readonly ok: boolean;
  /** What the program wrote, to both streams. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** Milliseconds; a program that takes longer is ended and has failed. Default: two minutes. */
  readonly limit?: number;
}

/** Runs a program to its end, with the workspace's tools on the path. */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const PATH = `${join(root, "node_modules", ".bin")}${delimiter}${process.env["PATH"]}`;
  const settings = {
    cwd: options.cwd,
    env: { ...process.env, PATH },
    timeout: options.limit ?? 120_000,
    maxBuffer: 2 ** 26,
  };
  return new Promise((resolve) => {
    execFile(command, args, settings, (error, stdout, stderr) => {
      const failure = error === null ? "" : `${error.killed ? "ended after its time limit" : error.message}\n`;
      resolve({ ok: error === null, output: `${stdout}${stderr}${failure}` });
    });
  });
}

/** The same, where nothing can go on without it: throws with what the program said. */
export async function mustRun(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { ok, output } = await run(command, args, options);
  if (!ok) throw new Error(`${command} ${args.join(" ")} failed:\n${output}`);
  return output;
}
