import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Effort } from "../measure.ts";
import { cpuSeconds, isInstalled, type Server, startServer } from "../relay/server.ts";
import { gridOf } from "../report.ts";

const CONNECTIONS = 32;
const LOAD_CORE = "0";
const LISTENING = /listening on http:\/\/127\.0\.0\.1:(\d+)/;
const MAIN = fileURLToPath(new URL("../../../apps/cli/dist/main.js", import.meta.url));
const BARE = fileURLToPath(new URL("http-json.ts", import.meta.url));
const USER = "alice";
const PASSWORD = "a password";

interface Subject {
  readonly name: string;
  readonly server: Server;
  readonly perSecond: number[];
  readonly cpuShare: number[];
}

/** The daemon beside the least that answers JSON over HTTP: calls of cosign.ping a second, each server on one core. */
export async function daemon(effort: Effort): Promise<readonly string[]> {
  if (!isInstalled("wrk")) return ["Left out: wrk is not installed."];
  const isQuick = effort.rounds < 5;
  const rounds = isQuick ? 3 : 9;
  const seconds = isQuick ? 1 : 2;
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const options = [
    `-datadir=${folder}`,
    "-rpcport=0",
    `-rpcuser=${USER}`,
    `-rpcpassword=${PASSWORD}`,
    "-loglevel=warn",
  ];
  const started: Subject[] = [];
  try {
    for (const [name, program] of [
      ["countersign daemon", [MAIN, "daemon", ...options]],
      ["node:http and JSON", [BARE]],
    ] as const) {
      const server = await startServer(
        [process.execPath, "--disable-warning=ExperimentalWarning", ...program],
        LISTENING,
      );
      started.push({ name, server, perSecond: [], cpuShare: [] });
    }
    const script = writeScript(folder);
    // The first round warms both, and counts for nothing.
    for (let round = -1; round < rounds; round++) {
      for (const { server, perSecond, cpuShare } of started) {
        const before = cpuSeconds(server.pid);
        const rate = await load(server, script, seconds);
        if (round < 0) continue;
        perSecond.push(rate);
        cpuShare.push((cpuSeconds(server.pid) - before) / seconds);
      }
    }
  } finally {
    for (const { server } of started) await server.stop();
    rmSync(folder, { recursive: true });
  }
  const [first] = started;
  const rows = started.map(({ name, perSecond, cpuShare }) => [
    name,
    `${(median(perSecond) / 1_000).toFixed(1)} k`,
    `${(100 * median(cpuShare)).toFixed(0)} %`,
    median(perSecond.map((rate, round) => (first?.perSecond[round] ?? Number.NaN) / rate)).toFixed(2),
  ]);
  return [
    `wrk, ${CONNECTIONS} connections, one call under way on each, over loopback. The server has one core, the load the other.`,
    `Median of ${rounds} interleaved rounds of ${seconds} s; the ratio is the median of the ratios inside a round.`,
    "The daemon knows who asks, counts the work, and reads and checks the call by its rules; the other one does none of it.",
    gridOf([["cosign.ping", "calls/s", "server CPU", "ours ÷ it"], ...rows]),
  ];
}

function writeScript(folder: string): string {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "cosign.ping", params: [] });
  const authorization = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}`;
  const path = join(folder, "post.lua");
  const lines = [
    'wrk.method = "POST"',
    `wrk.body = '${body}'`,
    'wrk.headers["Content-Type"] = "application/json"',
    `wrk.headers["Authorization"] = "${authorization}"`,
  ];
  writeFileSync(path, lines.join("\n"));
  return path;
}

/** Calls that were answered a second. Throws if one was answered otherwise than with 200. */
async function load({ port }: Server, script: string, seconds: number): Promise<number> {
  const wrk = ["wrk", "-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "-s", script, `http://127.0.0.1:${port}/`];
  const { stdout } = await promisify(execFile)("taskset", ["--cpu-list", LOAD_CORE, ...wrk]);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  if (!(rate > 0) || stdout.includes("Non-2xx")) throw new Error(`the load failed:\n${stdout}`);
  return rate;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
