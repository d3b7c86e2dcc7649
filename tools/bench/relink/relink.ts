import { fileURLToPath } from "node:url";
import { webSocketTransport } from "@countersign/client";
import { Child } from "../../processes/child.ts";
import { unpaced } from "../../processes/unpaced.ts";
import { difference, Meter, type Reading } from "../ceremony/meter.ts";
import { sharedClock } from "../ceremony/shared-clock.ts";
import type { Effort } from "../measure.ts";
import { gridOf } from "../report.ts";
import { libp2pParties } from "./libp2p-parties.ts";
import { ourMachines } from "./our-machines.ts";
import { ourParties } from "./our-parties.ts";
import { random } from "./people.ts";

const relayScript = fileURLToPath(new URL("../../../apps/relay-server/dist/main.js", import.meta.url));
const jsonRelayScript = fileURLToPath(new URL("json-relay.ts", import.meta.url));
/** What each says to all in each of the rounds, in bytes. */
const BODY = 200;

/** What one run took. */
interface Run {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly requests: number;
  readonly bytes: number;
}

/** Parties that know each other link, each with each, and say something to all in two rounds, beside a peer. */
export async function relink({ rounds }: Effort): Promise<readonly string[]> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  const isQuick = rounds < 5;
  const tables: string[] = [];
  for (const count of isQuick ? [10] : [10, 30, 100])
    tables.push(await tableOf(count, isQuick || count === 100 ? 2 : 3));
  return [
    `All parties in one process and on one core, over a relay in a process of its own; ${BODY} bytes to all in each round. Ours are the clients as they are, over our relay, from taking their seats on, with everything that they do beside linking: journal, acknowledgements, the group's string; and their machines alone, in which nothing is left out but the journal, over the relay of the peer. The peer shakes hands (XX) and seals, and nothing else, over ws and a relay that parses and writes JSON. Medians of interleaved runs; CPU is that of the parties. Requests and KiB are those that a party sends to the relay.`,
    ...tables,
  ];
}

async function tableOf(count: number, times: number): Promise<string> {
  const subjects: readonly Subject[] = [await startOurs(count), await startMachines(count), await startLibp2p(count)];
  const runs = subjects.map((): Run[] => []);
  try {
    // The first run of each compiles, and is not counted.
    for (let time = 0; time <= times; time++) {
      for (const [at, subject] of subjects.entries()) {
        const run = await subject.run();
        if (time > 0) runs[at]?.push(run);
      }
    }
  } finally {
    for (const subject of subjects) await subject.stop();
  }
  const peer = runs.at(-1) ?? [];
  const rows = subjects.map(({ name }, at) => rowOf(name, { runs: runs[at] ?? [], peer, count }));
  return gridOf([[`${count} parties`, "CPU", "wall", "× libp2p, CPU", "× libp2p, wall", "requests", "KiB"], ...rows]);
}

function rowOf(name: string, { runs, peer, count }: { runs: readonly Run[]; peer: readonly Run[]; count: number }) {
  const ms = (pick: (run: Run) => number) => `${median(runs.map(pick)).toFixed(0)} ms`;
  const faster = (pick: (run: Run) => number) =>
    median(runs.map((run, at) => pick(peer[at] ?? run) / pick(run))).toFixed(2);
  const each = (pick: (run: Run) => number) => {
    const total = median(runs.map(pick));
    return total === 0 ? "" : (total / count).toFixed(1);
  };
  return [
    name,
    ms(({ cpuMs }) => cpuMs),
    ms(({ wallMs }) => wallMs),
    faster(({ cpuMs }) => cpuMs),
    faster(({ wallMs }) => wallMs),
    each(({ requests }) => requests),
    each(({ bytes }) => bytes / 1_024),
  ];
}

interface Subject {
  readonly name: string;
  run(): Promise<Run>;
  stop(): Promise<void>;
}

async function startOurs(count: number): Promise<Subject> {
  const args = ["--listen", "127.0.0.1:0", "--log-level", "warn", "--ephemeral", ...unpaced];
  const { relay, found } = await serve(relayScript, args, /^listening on (ws:\/\/\S+)$/);
  const meter = new Meter();
  const parties = ourParties(found, count, { transport: meter.count(webSocketTransport), clock: sharedClock(count) });
  return {
    name: "ours: clients and relay",
    async run() {
      let sessions: Awaited<ReturnType<typeof parties.run>> = [];
      const taken = await measured(meter, async (body) => {
        sessions = await parties.run(body);
      });
      await Promise.all(sessions.map((session) => session.close()));
      return taken;
    },
    async stop() {
      parties.close();
      relay.kill("SIGKILL");
      await relay.exit;
    },
  };
}

/** A subject over the peer's relay, whose parties are made anew for each run. */
async function overJsonRelay(name: string, make: (port: number) => Promise<Parties>): Promise<Subject> {
  const { relay, found } = await serve(jsonRelayScript, [], /^port (\d+)$/);
  return {
    name,
    async run() {
      const parties = await make(Number(found));
      const taken = await measured(new Meter(), parties.run);
      parties.close();
      return taken;
    },
    async stop() {
      relay.kill("SIGKILL");
      await relay.exit;
    },
  };
}

interface Parties {
  run(body: Uint8Array): Promise<void>;
  close(): void;
}

function startMachines(count: number): Promise<Subject> {
  return overJsonRelay("ours: the machines alone, ws, JSON", (port) => ourMachines(port, count));
}

function startLibp2p(count: number): Promise<Subject> {
  return overJsonRelay("libp2p-noise, ws, JSON", (port) => libp2pParties(port, count));
}

async function measured(meter: Meter, run: (body: Uint8Array) => Promise<void>): Promise<Run> {
  const before: Reading = meter.read();
  const begun = performance.now();
  await run(random(BODY));
  const { cpuMs, requests, bytes } = difference(before, meter.read());
  return { cpuMs, requests, bytes, wallMs: performance.now() - begun };
}

async function serve(script: string, args: readonly string[], line: RegExp) {
  const relay = new Child({ name: "the relay", script, args, cwd: process.cwd() });
  process.once("exit", () => relay.kill("SIGKILL"));
  return { relay, found: await relay.find("serving", (said) => line.exec(said)?.[1]) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
