import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@redis/client";
import { describe, type TestOptions } from "vitest";
import { placesOf } from "../installed.ts";

/** An engine that is installed. */
export interface EngineProgram {
  /** One that is ready. */
  started(args?: readonly string[]): Promise<RedisServer>;
  /** One that is still to be started. */
  server(args?: readonly string[]): RedisServer;
}

/**
 * Describes something of each engine that a relay may have: of Redis and of Valkey, which are no longer the same. One that
 * is not installed, or without which else it cannot be, is skipped and named.
 */
export function describeEngines(
  what: string,
  describeOne: (program: EngineProgram) => void,
  { needs = [], ...options }: TestOptions & { readonly needs?: readonly string[] } = {},
): void {
  for (const name of ["redis-server", "valkey-server"]) {
    const missing = [name, ...needs].filter((one) => placesOf(one).length === 0);
    const where = missing.length === 0 ? name : `needs ${missing.join(" and ")}, which is not installed`;
    const place = placesOf(name)[0] ?? name;
    describe.skipIf(missing.length > 0)(`${what} (${where})`, options, () =>
      describeOne({
        server: (args) => new RedisServer(place, args),
        async started(args) {
          const server = new RedisServer(place, args);
          await server.start();
          return server;
        },
      }),
    );
  }
}

/** How an engine is started that loses nothing. */
export const SYNCED = ["--appendonly", "yes", "--appendfsync", "always"];

/** An engine as a process of its own, at a socket in a folder of its own, which it takes up again when it is restarted. */
export class RedisServer {
  readonly directory = mkdtempSync(join(tmpdir(), "countersign-redis-"));
  readonly #program: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  constructor(program: string, args: readonly string[] = SYNCED) {
    this.#program = program;
    this.#args = args;
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
    this.#child = spawn(this.#program, [...place, ...port, ...this.#args], {
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

/** Whether an engine knows a command. */
export async function hasCommand(url: string, name: string): Promise<boolean> {
  const client = await createClient({ url }).connect();
  const found = await client.sendCommand(["COMMAND", "INFO", name]);
  client.destroy();
  return (found as unknown as unknown[])[0] !== null;
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
