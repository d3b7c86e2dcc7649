import { fileURLToPath } from "node:url";
import { webSocketTransport } from "@countersign/client";
import { Child } from "../../processes/child.ts";
import { unpaced } from "../../processes/unpaced.ts";
import { type NamedBackend, namedBackends } from "../backends.ts";
import { difference, Meter, type Reading } from "../ceremony/meter.ts";
import { sharedClock } from "../ceremony/shared-clock.ts";
import { fewestRequests } from "../ceremony/steps.ts";
import type { Effort } from "../measure.ts";
import { medianOf } from "../median.ts";
import { gridOf } from "../report.ts";
import { libp2pParties } from "./libp2p-parties.ts";
import { ourMachines } from "./our-machines.ts";
import { ourParties } from "./our-parties.ts";
import { random } from "./people.ts";

const relayScript = fileURLToPath(new URL("../../../apps/relay-server/dist/main.js", import.meta.url));
const jsonRelayScript = fileURLToPath(new URL("json-relay.ts", import.meta.url));
/** What each says to all in each of the rounds, in bytes. */
const BODY = 200;

/** How many parties, and how many runs that count. */
const sizes = [
  [10, 9],
  [30, 5],
  [100, 2],
] as const;
const quick = [[10, 2]] as const;
/** Seat, key, commitment and nonce; two rounds. */
const STEPS = 6;

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
  for (const [count, times] of isQuick ? quick : sizes) tables.push(await tableOf(count, times));
  return [
    `All parties in one process and on one core, over a relay in a process of its own; ${BODY} bytes to all in each round. Ours are the clients as they are, over our relay, from taking their seats on, with everything that they do beside linking: journal, acknowledgements, the group's string; and their machines alone, in which nothing is left out but the journal, over the relay of the peer; both on node:crypto, and with the add-on \`@countersign/noise/sodium\`. The peer shakes hands (XX) and seals, and nothing else, over ws and a relay that parses and writes JSON. Medians of interleaved runs; CPU is that of the parties. Requests and KiB are those that a party sends to the relay; steps the least that it could send: seat, key, commitment and nonce, and the two rounds.`,
    ...tables,
  ];
}

async function tableOf(count: number, times: number): Promise<string> {
  const subjects: Subject[] = [];
  for (const named of namedBackends) subjects.push(await startOurs(count, named), await startMachines(count, named));
  subjects.push(await startLibp2p(count));
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
  return gridOf([
    [`${count} parties`, "CPU", "wall", "× libp2p, CPU", "× libp2p, wall", "steps", "requests", "KiB"],
    ...rows,
  ]);
}

function rowOf(name: string, { runs, peer, count }: { runs: readonly Run[]; peer: readonly Run[]; count: number }) {
  const ms = (pick: (run: Run) => number) => `${medianOf(runs.map(pick)).toFixed(0)} ms`;
  const faster = (pick: (run: Run) => number) =>
    medianOf(runs.map((run, at) => pick(peer[at] ?? run) / pick(run))).toFixed(2);
  const requests = medianOf(runs.map((run) => run.requests)) / count;
  const bytes = medianOf(runs.map((run) => run.bytes)) / count;
  // The peer's relay is asked nothing.
  const asked = requests === 0 ? [] : [fewestRequests(STEPS, bytes), requests, bytes / 1_024];
  return [
    name,
    ms(({ cpuMs }) => cpuMs),
    ms(({ wallMs }) => wallMs),
    faster(({ cpuMs }) => cpuMs),
    faster(({ wallMs }) => wallMs),
    ...[0, 1, 2].map((at) => asked[at]?.toFixed(1) ?? ""),
  ];
}

interface Subject {
  readonly name: string;
  run(): Promise<Run>;
  stop(): Promise<void>;
}

async function startOurs(count: number, { suffix, backend }: NamedBackend): Promise<Subject> {
  const args = ["--listen", "127.0.0.1:0", "--log-level", "warn", "--ephemeral", ...unpaced];
  const { relay, found } = await serve(relayScript, args, /^listening on (ws:\/\/\S+)$/);
  const meter = new Meter();
  const transport = meter.count(webSocketTransport);
  const parties = ourParties(found, count, { transport, clock: sharedClock(count), backend });
  return {
    name: `ours: clients and relay${suffix}`,
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

function startMachines(count: number, { suffix, backend }: NamedBackend): Promise<Subject> {
  return overJsonRelay(`ours: the machines alone, ws, JSON${suffix}`, (port) => ourMachines(port, count, backend));
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
