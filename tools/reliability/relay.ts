import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Child } from "../processes/child.ts";

const script = fileURLToPath(new URL("../../apps/relay-server/dist/main.js", import.meta.url));

const unit = fileURLToPath(
  new URL("../../apps/relay-server/deploy/systemd/countersign-relay.service", import.meta.url),
);
/** What the unit tells Node, so that what is measured is what is deployed. */
const nodeOptions = /^Environment=NODE_OPTIONS=(.*)$/m.exec(readFileSync(unit, "utf8"))?.[1];

const running = new Set<Child>();
const folders = new Set<string>();
// Also after a proof that failed or was interrupted, nothing of it stays.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));

/** A folder that is gone when this program ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign-reliability-"));
  folders.add(folder);
  return folder;
}

export interface RelayOptions {
  /** The folder of its database. Default: it keeps everything in memory. */
  readonly data?: string;
  /** URL of an engine that keeps everything instead. */
  readonly store?: string;
  /** Further arguments. */
  readonly args?: readonly string[];
  /** A program that runs another one in its own process, with its arguments: the relay is started by it. */
  readonly under?: readonly [string, ...string[]];
}

/** The built relay in a process of its own, on a free port of the loopback interface. */
export class Relay {
  /** Ends in order on SIGTERM; 128 and the number of the signal where one ended it. */
  readonly exit: Promise<number>;
  readonly #child: Child;
  readonly #began = performance.now();

  /** Starts it; `ready` says when it serves. */
  constructor({ data, store, args = [], under: [program, ...more] = [process.execPath] }: RelayOptions) {
    const command = program === process.execPath ? [] : [...more, process.execPath];
    const [first = "", ...rest] = [...command, script, "--listen", "127.0.0.1:0", "--log-level", "warn"];
    this.#child = new Child({
      name: "the relay",
      node: program,
      script: first,
      args: [...rest, ...placeOf(data, store), ...args],
      cwd: process.cwd(),
      env: { PATH: process.env["PATH"], NODE_OPTIONS: nodeOptions },
    });
    running.add(this.#child);
    this.exit = this.#child.exit.finally(() => running.delete(this.#child));
  }

  /** Its URL, `ws://HOST:PORT`, and the seconds from its start until it served. Rejects if it ends before. */
  async ready(): Promise<{ readonly url: string; readonly seconds: number }> {
    const url = await this.#child.find("serving", (line) => /^listening on (ws:\/\/\S+)$/.exec(line)?.[1]);
    return { url, seconds: (performance.now() - this.#began) / 1_000 };
  }

  /** Sends a signal and waits until it is gone; its exit status. */
  end(signal: NodeJS.Signals): Promise<number> {
    this.#child.kill(signal);
    return this.exit;
  }

  /** Sends a signal that does not end it. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child.kill(signal);
  }

  /** What it said on stderr. */
  get complaint(): string {
    return this.#child.complaint;
  }

  /** Memory that it has in RAM now, in MB. */
  residentMegabytes(): number {
    return this.#kilobytes("VmRSS") / 1_024;
  }

  /** The most that it ever had. */
  peakMegabytes(): number {
    return this.#kilobytes("VmHWM") / 1_024;
  }

  /** Files and sockets that it has open. */
  openFiles(): number {
    return readdirSync(`/proc/${this.#child.pid}/fd`).length;
  }

  /** Sockets that it has open; the files of its store come and go. */
  openSockets(): number {
    const folder = `/proc/${this.#child.pid}/fd`;
    return readdirSync(folder).filter((fd) => isSocket(`${folder}/${fd}`)).length;
  }

  /** How many files and sockets it may have open from now on. */
  limitFiles(most: number): void {
    execFileSync("prlimit", ["--pid", `${this.#child.pid}`, `--nofile=${most}:`]);
  }

  /** Lets it, and this program, have so many files and sockets open. Throws where the system forbids it. */
  allowFiles(most: number): void {
    for (const pid of [this.#child.pid, process.pid]) {
      const limits = readFileSync(`/proc/${pid}/limits`, "utf8");
      const [, soft, hard] = /^Max open files\s+(\d+)\s+(\d+)/m.exec(limits) ?? [];
      if (Number(soft) >= most) continue;
      const raised = `${most}:${Math.max(most, Number(hard))}`;
      execFileSync("prlimit", ["--pid", `${pid}`, `--nofile=${raised}`], { stdio: "ignore" });
    }
  }

  #kilobytes(field: string): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]);
  }
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith("socket:");
  } catch {
    return false; // Closed since it was listed.
  }
}

function placeOf(data: string | undefined, store: string | undefined): readonly string[] {
  if (store !== undefined) return ["--store", store];
  return data === undefined ? ["--ephemeral"] : ["--data", data];
}
