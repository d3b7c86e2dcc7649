import { execFile, spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach } from "vitest";
import { Program } from "../program.ts";
import { folder } from "./serving.ts";

const MAIN = new URL("../../dist/main.js", import.meta.url).pathname;

const running: Program[] = [];
afterEach(async () => {
  for (const program of running.splice(0)) {
    program.kill();
    await program.exit;
  }
});

/** What a program that has run said. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `countersign daemon` as a process of its own. */
export class DaemonProcess {
  readonly program: Program;
  readonly datadir: string;
  /** Known when it serves. */
  port = 0;

  constructor(args: readonly string[], datadir = folder(), env: NodeJS.ProcessEnv = {}) {
    this.datadir = datadir;
    this.program = new Program(MAIN, ["daemon", `-datadir=${datadir}`, "-rpcport=0", ...args], { cwd: datadir, env });
    running.push(this.program);
  }

  static async serving(
    args: readonly string[] = [],
    datadir?: string,
    env?: NodeJS.ProcessEnv,
  ): Promise<DaemonProcess> {
    const daemon = new DaemonProcess(args, datadir, env);
    const line = await daemon.program.stdout.find(/^listening on /);
    daemon.port = Number(new URL(line.replace("listening on ", "")).port);
    return daemon;
  }

  /** `countersign rpc` with the options that lead here. */
  rpc(...words: readonly string[]): Promise<Ran> {
    return rpc([`-datadir=${this.datadir}`, `-rpcport=${this.port}`, ...words]);
  }
}

/** `countersign rpc`, with what stdin says. */
export function rpc(args: readonly string[], input = ""): Promise<Ran> {
  return run(process.execPath, [MAIN, "rpc", ...args], { input });
}

/** Runs a program to its end. */
export function run(
  program: string,
  args: readonly string[],
  { input = "", env = {} }: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env["PATH"], HOME: folder(), ...env }, timeout: 40_000 };
    const child = execFile(program, args, options, (_, stdout, stderr) => {
      resolve({ status: child.exitCode, stdout, stderr });
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

/** Where a program that is not ours is; undefined if it is not installed. */
export function placeOf(program: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin"];
  return folders.map((path) => join(path, program)).find(isExecutable);
}

/** The Python that has this module: not always the first one on PATH. */
export function pythonWith(module: string): string | undefined {
  const pythons = [placeOf("python3"), "/usr/bin/python3"].filter((path) => path !== undefined);
  return pythons.find((python) => spawnSync(python, ["-c", `import ${module}`]).status === 0);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
