import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { NetworkPath } from "./path.ts";
import { formatLinkUri, parseLinkJson } from "./peer-address.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

/** A network that is in the way of the two ends of a demonstration. */
export interface BadNetwork {
  readonly path: NetworkPath;
  /** What it does, and what it has done. */
  describe(): string;
  /** Something that happens once, when the link has come up. */
  disturb?(): void;
  close(): Promise<void>;
}

export interface Demonstration {
  readonly openNetwork: (target: NetworkPath, seed: number) => Promise<BadNetwork>;
}

interface Setting {
  readonly seed: number;
  readonly folder: string;
}

/** A day, in seconds. */
const DAY = 24 * 3_600;

/**
 * Alice answers and Bob calls, each in a process of its own, through a bad network. Then Bob is killed, his clock goes
 * back by a day, and he calls again: his next `at` is above all before.
 */
export function demonstrate({ openNetwork }: Demonstration, seed: number): Promise<void> {
  return withTemporaryFolder((folder) => perform({ openNetwork, seed, folder }));
}

async function perform({ openNetwork, seed, folder }: Demonstration & Setting): Promise<void> {
  const processes = new Set<ChildProcess>();
  // Also after a fault nothing stays.
  const end = () => {
    for (const child of processes) child.kill("SIGKILL");
  };
  process.once("exit", end);
  const start = (name: string, args: readonly string[]) => {
    const child = startSelf(name, ["--state", join(folder, name), ...args]);
    processes.add(child.process);
    void child.exit.then(() => processes.delete(child.process));
    return child;
  };
  try {
    const alice = start("alice", ["--listen", "127.0.0.1:0"]);
    const address = parseLinkJson(await alice.find(/^json +(.*)$/));
    const [path] = address.paths;
    if (path === undefined) throw new Error("alice is nowhere");
    const network = await openNetwork(path, seed);
    const uri = formatLinkUri({ ...address, paths: [network.path] });
    const show = (text: string) => write("", text);
    show(network.describe());

    const bob = start("bob", ["--connect", uri, "--message", "Hello Alice, this is Bob."]);
    await bob.find(/^(up) /);
    network.disturb?.();
    await bob.find(/^(alive) /);
    bob.process.kill("SIGKILL");
    await bob.exit;
    show("Bob is killed, and starts again with a clock that is a day behind.");
    const again = start("bob", ["--connect", uri, "--message", "Bob again.", `--clock=${-DAY}`]);
    const status = await again.exit;
    show(network.describe());
    await network.close();
    alice.process.kill("SIGTERM");
    await alice.exit;
    if (status !== 0) throw new Error("Bob did not get through.");
  } finally {
    end();
    process.off("exit", end);
  }
}

/** Called by a part of a demonstration: it ends with the whole, however that ends. */
export function endWithParent(): void {
  process.once("disconnect", () => process.exit(1));
  process.channel?.unref();
}

/** This very program in a process of its own, with its lines on our screen. */
function startSelf(name: string, args: readonly string[]) {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? "", ...args], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const said: string[] = [];
  if (child.stdout === null) throw new Error("its lines cannot be read");
  const lines = createInterface(child.stdout).on("line", (line) => {
    said.push(line);
    write(name, line);
  });
  const exit = once(child, "close").then(([status]) => status as number | null);
  return {
    process: child,
    exit,
    /** What a pattern finds in the first line that has it, also of those before. */
    find: (pattern: RegExp) =>
      new Promise<string>((resolve, reject) => {
        const look = (line: string) => {
          const [, found] = pattern.exec(line) ?? [];
          if (found !== undefined) resolve(found);
        };
        said.forEach(look);
        lines.on("line", look);
        void exit.then(() => reject(new Error(`${name} ended before that.`)));
      }),
  };
}

/** A line, with the seconds since the beginning: what is sent again comes after 1, 3, 7 and 15 of them. */
function write(who: string, text: string): void {
  process.stdout.write(`${(performance.now() / 1_000).toFixed(2).padStart(6)} ${who.padEnd(5)} │ ${text}\n`);
}
