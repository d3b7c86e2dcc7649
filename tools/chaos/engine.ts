import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { temporaryFolder } from "../reliability/relay.ts";

/** What the variable ENGINE names, or else the first of these that is installed. */
const { ENGINE } = process.env;
const wanted = ENGINE === undefined ? ["redis-server", "valkey-server"] : [ENGINE];
const program = wanted.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).error === undefined);

/** The program of the engine. Throws where there is none. */
export function engineName(): string {
  if (program === undefined) throw new Error(`${wanted.join(" or ")} has to be installed`);
  return program;
}

/** The engine that all relays share: one process at a time, which syncs before it answers. */
export class Engine {
  readonly #folder = temporaryFolder();
  #child = this.#spawn();

  constructor() {
    process.once("exit", () => this.#child.kill("SIGKILL"));
  }

  get url(): string {
    return `unix://${this.#folder}/engine.sock`;
  }

  /** Resolves when it serves. */
  async ready(): Promise<void> {
    for await (const line of createInterface(this.#child.stdout)) {
      // What it says later is nobody's business, but must not fill the pipe.
      if (line.includes("eady to accept connections")) return void this.#child.stdout.resume();
    }
    throw new Error("the engine ended before it served");
  }

  /** Ends it without a word, and starts it again in its folder. */
  async crash(): Promise<void> {
    await this.stop();
    this.#child = this.#spawn();
    await this.ready();
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child.kill(signal);
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  #spawn() {
    const place = ["--dir", this.#folder, "--unixsocket", `${this.#folder}/engine.sock`, "--port", "0"];
    const synced = ["--save", "", "--appendonly", "yes", "--appendfsync", "always"];
    return spawn(engineName(), [...place, ...synced], { stdio: ["ignore", "pipe", "ignore"] });
  }
}
