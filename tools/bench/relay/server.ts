import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** The core on which servers run; the load has the first one for itself. */
const SERVER_CORE = "1";

/** A server in a process of its own, alone on its core. */
export interface Server {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a program on the core of servers and waits for the line that tells its port, on stdout or stderr. */
export async function startServer(command: readonly string[], port: RegExp): Promise<Server> {
  const child = spawn("taskset", ["--cpu-list", SERVER_CORE, ...command], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  let said = "";
  const found = await new Promise<number>((resolve, reject) => {
    const listen = (chunk: unknown) => {
      said += chunk;
      const match = port.exec(said);
      if (match !== null) resolve(Number(match[1]));
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("error", reject);
    void ended.then(() => reject(new Error(`${command[0]} did not start: ${said}`)));
  });
  // From here on nobody listens, but the pipes have to be emptied.
  child.stdout.removeAllListeners("data").resume();
  child.stderr.removeAllListeners("data").resume();
  return {
    pid: child.pid ?? 0,
    port: found,
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The memory of a process that is its own, in bytes. */
export function residentBytes(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  return pages * 4_096;
}

/** CPU time that a process has used so far, in seconds. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  const ticksPerSecond = 100;
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Whether a program is installed. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
}

/** A port that was free a moment ago, for servers that cannot choose one. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
