import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Effort, quantile } from "../measure.ts";
import { Load, type Shape } from "../relay/load.ts";
import { cpuSeconds, isInstalled, type Server, startServer } from "../relay/server.ts";
import { names, startOurs, subjects } from "../relay/subjects.ts";
import { gridOf } from "../report.ts";

const shapes: readonly Shape[] = [
  { members: 5, size: 200 },
  { members: 5, size: 2_048 },
];
/** Seconds of load in front of what is measured. */
const WARM = 0.3;

/** Relays and what keeps their messages, all on one core. */
interface Deployment {
  readonly name: string;
  readonly relays: readonly Server[];
  readonly engine?: Server;
}

interface Reading {
  /** Messages a second that were acknowledged. */
  readonly messages: number;
  /** Microseconds of CPU for each of them. */
  readonly relay: number;
  readonly engine: number;
}

/** One, two and three relays on one engine, beside one with a database of its own; each relay has a load of its own. */
export async function nodes(effort: Effort): Promise<readonly string[]> {
  if (!isInstalled("redis-server")) return ["Left out: redis-server is not installed."];
  const isQuick = effort.rounds < 5;
  const [rounds, seconds] = isQuick ? [1, 0.5] : [5, 1];
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const load = new Load();
  const deployments: Deployment[] = [];
  try {
    deployments.push({ name: "1 relay, SQLite", relays: [await startOurs(["--data", join(folder, "data")])] });
    for (const count of [1, 2, 3]) deployments.push(await onEngine(count, join(folder, `${count}`)));
    const tables: string[] = [];
    for (const shape of shapes) {
      const readings = deployments.map((): Reading[] => []);
      // The first round warms all of them, and counts for nothing.
      for (let round = -1; round < rounds; round++) {
        for (const [index, deployment] of deployments.entries()) {
          const reading = await read(load, deployment, { shape, seconds });
          if (round >= 0) readings[index]?.push(reading);
        }
      }
      tables.push(tableOf(shape, deployments, readings));
    }
    return [
      "60 senders at each relay, each with one message under way. All relays and the engine share one core, so that more of them cannot carry more here: what says how far they go elsewhere is the CPU time that a message costs each of them. The engine is Redis with `appendfsync always`.",
      `Median of ${rounds} interleaved rounds of ${seconds} s.`,
      ...tables,
    ];
  } finally {
    for (const { relays, engine } of deployments) for (const one of relays.concat(engine ?? [])) await one.stop();
    load.close();
    rmSync(folder, { recursive: true });
  }
}

async function onEngine(count: number, folder: string): Promise<Deployment> {
  mkdirSync(folder);
  const place = ["--dir", folder, "--port", "0", "--unixsocket", `${folder}/engine.sock`];
  const synced = ["--save", "", "--appendonly", "yes", "--appendfsync", "always"];
  const engine = await startServer(["redis-server", ...place, ...synced], /(eady) to accept/);
  const relays: Server[] = [];
  for (let i = 0; i < count; i++) relays.push(await startOurs(["--store", `unix://${folder}/engine.sock`]));
  return { name: `${count} on one engine`, relays, engine };
}

async function read(
  load: Load,
  { relays, engine }: Deployment,
  { shape, seconds }: { readonly shape: Shape; readonly seconds: number },
): Promise<Reading> {
  const before = engine === undefined ? 0 : cpuSeconds(engine.pid);
  const run = { warmSeconds: WARM, seconds, rate: 0 };
  const ours = subjects.find(({ name }) => name === names.memory);
  if (ours === undefined) throw new Error("our own relay is not measured");
  const outcomes = await Promise.all(relays.map((relay) => load.run(ours, relay, shape, run)));
  const engineCpu = engine === undefined ? 0 : cpuSeconds(engine.pid) - before;
  const messages = outcomes.reduce((sum, outcome) => sum + outcome.messages, 0);
  const relayShare = outcomes.reduce((sum, outcome) => sum + outcome.serverShare, 0);
  return {
    messages,
    relay: (1e6 * relayShare) / messages,
    // Of the engine the time in which the load was warmed up is in it, too.
    engine: (1e6 * engineCpu) / (messages * (seconds + WARM)),
  };
}

function tableOf(
  { members, size }: Shape,
  deployments: readonly Deployment[],
  readings: readonly (readonly Reading[])[],
): string {
  const median = (index: number, what: keyof Reading) =>
    quantile(
      (readings[index] ?? []).map((reading) => reading[what]),
      0.5,
    );
  const ratio = (index: number) =>
    quantile(
      (readings[index] ?? []).map(({ messages }, round) => messages / (readings[0]?.[round]?.messages ?? Number.NaN)),
      0.5,
    );
  const rows = deployments.map(({ name, engine }, index) => [
    `ours, ${name}`,
    `${(median(index, "messages") / 1_000).toFixed(1)} k`,
    ratio(index).toFixed(2),
    `${median(index, "relay").toFixed(0)} µs`,
    engine === undefined ? "" : `${median(index, "engine").toFixed(0)} µs`,
  ]);
  const header = [`nodes, ${members} members, ${size} B`, "messages/s", "× one on SQLite", "relay", "engine"];
  return gridOf([header, ...rows]);
}
