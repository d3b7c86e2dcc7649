import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const hook = new URL("source-hook.ts", import.meta.url).href;

/** One of the numbered programs, running. */
export interface Running {
  /** All that it said on stdout until it ended, a line each. */
  readonly ended: Promise<{
    readonly status: number | null;
    readonly lines: readonly string[];
    readonly stderr: string;
  }>;
  /** What a pattern finds in the first line that has it. */
  find(pattern: RegExp): Promise<string>;
  end(signal: NodeJS.Signals): void;
}

/** Starts `examples/NAME.ts` in a process of its own, from the sources of the workspace. */
export function start(name: string, args: readonly string[] = []): Running {
  const script = fileURLToPath(new URL(`../${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ["--import", hook, script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: string[] = [];
  const output = createInterface(child.stdout).on("line", (line) => lines.push(line));
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, "close").then(([status]) => ({ status: status as number | null, lines, stderr }));
  return {
    ended,
    find: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (line: string) => {
          const [, found] = pattern.exec(line) ?? [];
          if (found !== undefined) resolve(found);
        };
        lines.forEach(look);
        output.on("line", look);
        void ended.then(() => reject(new Error(`${name} ended without ${pattern}:\n${[...lines, stderr].join("\n")}`)));
      }),
    end: (signal) => void child.kill(signal),
  };
}
