import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { placesOf } from "../installed.ts";

/** Where the engine is, undefined if it is not installed. */
export const redisProgram = placesOf("redis-server")[0] ?? placesOf("valkey-server")[0];

/** How an engine is started that loses nothing. */
export const SYNCED = ["--appendonly", "yes", "--appendfsync", "always"];

/** An engine as a process of its own, at a socket in a folder of its own, which it takes up again when it is restarted. */
export class RedisServer {
  readonly directory = mkdtempSync(join(tmpdir(), "countersign-redis-"));
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  constructor(args: readonly string[] = SYNCED) {
    this.#args = args;
  }

  /** An engine that is ready. */
  static async started(args?: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(args);
    await server.start();
    return server;
  }

  get path(): string {
    return join(this.directory, "redis.sock");
  }

  get url(): string {
    return `unix://${this.path}`;
  }

  get child(): ChildProcess {
    if (this.#child === undefined) throw new Error("the engine does not run");
    return this.#child;
  }

  async start(): Promise<void> {
    const place = ["--dir", this.directory, "--unixsocket", this.path, "--save", "", "--daemonize", "no"];
    const port = this.#args.includes("--port") || this.#args.includes("--tls-port") ? [] : ["--port", "0"];
    this.#child = spawn(redisProgram ?? "", [...place, ...port, ...this.#args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const { stdout } = this.child;
    if (stdout === null) throw new Error("no stdout");
    let said = "";
    for await (const chunk of stdout) {
      said += String(chunk);
      if (said.includes("Ready to accept connections") || said.includes("The server is now ready")) {
        // What it says later is nobody's business, but must not fill the pipe.
        stdout.resume();
        return;
      }
    }
    throw new Error(`the engine ended: ${said.slice(-500)}`);
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  /** Ends it for good. */
  async remove(): Promise<void> {
    if (this.#child !== undefined) await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A port that nobody listens to at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
