import { spawn } from "node:child_process";
import { constants } from "node:os";
import { createInterface } from "node:readline";

export interface ChildOptions {
  /** What it is called in messages. */
  readonly name: string;
  /** The Node that runs it. Default: the one that runs this. */
  readonly node?: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A program in a process of its own, whose lines on stdout can be waited for. */
export class Child {
  readonly name: string;
  readonly pid: number | undefined;
  /** Its exit status, 128 and the number of the signal where one ended it. */
  readonly exit: Promise<number>;
  readonly #process;
  readonly #lines: string[] = [];
  readonly #watchers = new Set<() => void>();
  #stderr = "";
  #ended = false;

  constructor({ name, node = process.execPath, script, args, cwd, env }: ChildOptions) {
    this.name = name;
    this.#process = spawn(node, [script, ...args], { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
    this.pid = this.#process.pid;
    this.#process.stderr.on("data", (chunk) => {
      this.#stderr += chunk;
    });
    this.#process.stdin.on("error", () => undefined); // It has gone; `exit` says so.
    createInterface(this.#process.stdout)
      .on("line", (line) => {
        this.#lines.push(line);
        this.#wake();
      })
      .on("close", () => {
        this.#ended = true;
        this.#wake();
      });
    this.exit = new Promise((resolve) => {
      this.#process.on("error", (error) => {
        this.#stderr += error.message;
        resolve(127); // As a shell says it: it could not be started.
      });
      this.#process.on("close", (status, signal) =>
        resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal])),
      );
    });
  }

  /** What `read` makes of the first line, also of those before, of which it makes something; rejects where none comes. */
  async find<T>(what: string, read: (line: string) => T | undefined): Promise<T> {
    for (let next = 0; ; next += 1) {
      while (next >= this.#lines.length) {
        if (this.#ended) throw new Error(`${this.name} ended without ${what}${this.complaint}`);
        await new Promise<void>((resolve) => this.#watchers.add(resolve));
      }
      const found = read(this.#lines[next] ?? "");
      if (found !== undefined) return found;
    }
  }

  /** What it said last on stderr, as the end of a message. */
  get complaint(): string {
    const last = this.#stderr.trim().split("\n").slice(-8).join("\n");
    return last === "" ? "" : `:\n${last}`;
  }

  /** Types a line. */
  say(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  /** Sends it a signal; `exit` says when it is gone. */
  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Ends it, in order if it can within three seconds, and waits until it is gone. */
  async stop(): Promise<void> {
    this.#process.kill("SIGTERM");
    const impatience = setTimeout(() => this.#process.kill("SIGKILL"), 3_000);
    await this.exit;
    clearTimeout(impatience);
  }

  #wake(): void {
    for (const watcher of this.#watchers) watcher();
    this.#watchers.clear();
  }
}
