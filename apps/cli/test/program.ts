import { type ChildProcess, spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

const BIN = new URL("../dist/main.js", import.meta.url).pathname;
const RELAY = new URL("../../relay-server/dist/main.js", import.meta.url).pathname;

/** The lines of a stream, kept, and waited for without a clock. */
class Lines {
  readonly all: string[] = [];
  private readonly watchers = new Set<() => void>();
  private ended = false;

  constructor(stream: Readable) {
    createInterface({ input: stream })
      .on("line", (line) => {
        this.all.push(line);
        this.wake();
      })
      .on("close", () => {
        this.ended = true;
        this.wake();
      });
  }

  /** The first line, also of those that were there before, in which the pattern is found. */
  async find(pattern: RegExp): Promise<string> {
    for (;;) {
      const line = this.all.find((text) => pattern.test(text));
      if (line !== undefined) return line;
      if (this.ended) throw new Error(`ended without ${pattern}:\n${this.all.join("\n")}`);
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }

  get text(): string {
    return this.all.join("\n");
  }

  private wake(): void {
    for (const watcher of this.watchers) watcher();
    this.watchers.clear();
  }
}

export interface ProgramOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A real process of a real program. */
export class Program {
  readonly stdout: Lines;
  readonly stderr: Lines;
  readonly exit: Promise<number | null>;
  private readonly args: readonly string[];
  private readonly child: ChildProcess;

  constructor(script: string, args: readonly string[], { cwd, env = {} }: ProgramOptions) {
    const child = spawn(process.execPath, [script, ...args], {
      cwd,
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.args = args;
    this.child = child;
    this.stdout = new Lines(child.stdout);
    this.stderr = new Lines(child.stderr);
    this.exit = new Promise((resolve) => child.on("close", resolve));
    // Somebody who has ended does not read its answers any more.
    child.stdin.on("error", () => undefined);
  }

  say(...lines: readonly string[]): void {
    for (const line of lines) this.child.stdin?.write(`${line}\n`);
  }

  endInput(): void {
    this.child.stdin?.end();
  }

  /** Nobody reads its stdout any more. */
  deafen(): void {
    this.child.stdout?.destroy();
  }

  /** What it was to do, what it said, and how it ended: for whoever has to find out why a test failed. */
  get story(): string {
    const { exitCode, signalCode } = this.child;
    const end = exitCode ?? signalCode ?? "still running";
    return [this.args.join(" "), this.stdout.text, this.stderr.text, `(${end})`].join("\n");
  }

  kill(signal: NodeJS.Signals = "SIGKILL"): void {
    this.child.kill(signal);
  }
}

/** Two users and a relay, each with a folder of their own. */
export class Stage {
  readonly directory: string;
  readonly relay: Program;
  readonly url: string;
  private readonly programs: Program[] = [];

  private constructor(directory: string, relay: Program, url: string) {
    this.directory = directory;
    this.relay = relay;
    this.url = url;
  }

  static async set(directory: string): Promise<Stage> {
    const args = ["--listen", "127.0.0.1:0", "--data", `${directory}/relay`, "--drain", "0"];
    const relay = new Program(RELAY, args, { cwd: directory });
    const line = await relay.stdout.find(/^listening on ws:/);
    return new Stage(directory, relay, line.replace(/^listening on /, ""));
  }

  /** Where a user works. */
  async home(user: string): Promise<string> {
    const home = `${this.directory}/${user}`;
    await mkdir(home, { recursive: true });
    return home;
  }

  /** Runs `countersign` as a user; through this stage's relay unless the arguments name another. */
  async run(user: string, ...args: readonly string[]): Promise<Program> {
    const cwd = await this.home(user);
    const env = { COUNTERSIGN_RELAY: this.url, COUNTERSIGN_HOME: `${cwd}/.countersign` };
    const program = new Program(BIN, args, { cwd, env });
    this.programs.push(program);
    return program;
  }

  /** What the programs say that were started since there were so many. */
  storiesSince(count: number): string {
    return this.programs
      .slice(count)
      .map(({ story }) => story)
      .join("\n\n");
  }

  get count(): number {
    return this.programs.length;
  }

  async strike(): Promise<void> {
    for (const program of this.programs) program.kill();
    this.relay.kill("SIGTERM");
    await Promise.all([...this.programs, this.relay].map(({ exit }) => exit));
  }
}
