import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** `countersign-relay` as a process of its own. */
export class RelayProcess {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  readonly #exited: Promise<readonly [number | null, NodeJS.Signals | null]>;

  /** `under`: a program that runs others, with its arguments. */
  constructor(args: readonly string[], environment: NodeJS.ProcessEnv = {}, under: readonly string[] = []) {
    const { PATH, HOME } = process.env;
    const relay = [process.execPath, "--import", path("source-hook.ts"), path("../src/main.ts")];
    const [program = "", ...rest] = [...under, ...relay, ...args];
    this.child = spawn(program, rest, {
      env: { PATH, HOME, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout?.on("data", (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.#exited = once(this.child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  }

  /** Starts a relay and answers when it serves. */
  static async serving(
    args: readonly string[],
    ...more: [environment?: NodeJS.ProcessEnv, under?: readonly string[]]
  ): Promise<RelayProcess & { url: string }> {
    const relay = new RelayProcess(args, ...more);
    if (relay.child.stdout === null) throw new Error("no stdout");
    const lines = createInterface({ input: relay.child.stdout });
    const line = await Promise.race([
      once(lines, "line").then(([first]) => String(first)),
      relay.exit().then(({ code }) => Promise.reject(new Error(`the relay ended with ${code}: ${relay.stderr}`))),
    ]);
    return Object.assign(relay, { url: line.replace("listening on ", "") });
  }

  async exit(): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const [code] = await this.#exited;
    return { code, stdout: this.stdout, stderr: this.stderr };
  }

  kill(signal: NodeJS.Signals): ReturnType<RelayProcess["exit"]> {
    this.child.kill(signal);
    return this.exit();
  }
}
