// Measures with one backend, whose place among all is the first argument, and prints the tables as JSON.
import { fileURLToPath } from "node:url";
import { Child } from "../../processes/child.ts";
import { unpaced } from "../../processes/unpaced.ts";
import { type NamedBackend, namedBackends } from "../backends.ts";
import { medianOf } from "../median.ts";
import { gridOf } from "../report.ts";
import { type Floors, measureFloors } from "./floors.ts";
import type { Reading } from "./meter.ts";
import { fewestRequests, steps } from "./steps.ts";
import { type Phases, wholeCeremony } from "./whole.ts";

interface Size {
  readonly parties: number;
  readonly threshold: number;
  /** Ceremonies behind the first one that are not counted, until its code is compiled as that of the floor is. */
  readonly warm: number;
  /** Those behind them, which are. */
  readonly counted: number;
}

const sizes: readonly Size[] = [
  { parties: 3, threshold: 2, warm: 20, counted: 10 },
  { parties: 10, threshold: 7, warm: 8, counted: 7 },
  { parties: 30, threshold: 20, warm: 4, counted: 3 },
  { parties: 100, threshold: 67, warm: 0, counted: 0 },
];

const relayScript = fileURLToPath(new URL("../../../apps/relay-server/dist/main.js", import.meta.url));

/** The tables of ceremonies with one backend, a size each. */
async function tablesOf(named: NamedBackend, isQuick: boolean): Promise<readonly string[]> {
  const floors = measureFloors(named.backend);
  const tables: string[] = [];
  for (const size of isQuick ? sizes.slice(0, 2) : sizes) {
    const found = tableOf(named, size, { runs: await overRelay(named, size), floors });
    // The largest one takes minutes.
    process.stderr.write(`\n${found}\n`);
    tables.push(found);
  }
  return tables;
}

/** What the first ceremony took, and what those that count. */
interface Runs {
  readonly first: Phases;
  readonly others: readonly Phases[];
}

async function overRelay({ backend }: NamedBackend, size: Size): Promise<Runs> {
  const args = ["--listen", "127.0.0.1:0", "--log-level", "warn", "--ephemeral", ...unpaced];
  const relay = new Child({ name: "the relay", script: relayScript, args, cwd: process.cwd() });
  const stop = () => relay.kill("SIGKILL");
  process.once("exit", stop);
  try {
    const url = await relay.find("serving", (line) => /^listening on (ws:\/\/\S+)$/.exec(line)?.[1]);
    const run = () => wholeCeremony(url, { ...size, backend });
    const first = await run();
    for (let i = 0; i < size.warm; i++) await run();
    const others: Phases[] = [];
    while (others.length < size.counted) others.push(await run());
    return { first, others };
  } finally {
    stop();
    process.off("exit", stop);
    await relay.exit;
  }
}

interface Found {
  readonly runs: Runs;
  readonly floors: Floors;
}

function tableOf({ suffix }: NamedBackend, { parties: N, threshold: t }: Size, { runs, floors }: Found): string {
  const pairs = (parties: number) => (parties * (parties - 1)) / 2;
  // A statement in each of three rounds and a seal by each, verified by each other.
  const signed = (parties: number) => 4 * parties * (floors.sign + (parties - 1) * floors.verify);
  const row = (name: string, { phase, parties, steps, floor }: Row) => {
    const { first, others } = runs;
    const of = (pick: (reading: Reading) => number) =>
      medianOf((others.length > 0 ? others : [first]).map((phases) => pick(phases[phase])));
    const cpuMs = of((reading) => reading.cpuMs);
    const bytes = of((reading) => reading.bytes) / parties;
    const least = floor?.(of((reading) => reading.protocolMs));
    return [
      name,
      others.length > 0 ? first[phase].cpuMs.toFixed(0) : "",
      cpuMs.toFixed(cpuMs < 10 ? 1 : 0),
      least === undefined ? "" : least.toFixed(least < 10 ? 1 : 0),
      least === undefined ? "" : (cpuMs / least).toFixed(2),
      fewestRequests(steps, bytes).toFixed(1),
      (of((reading) => reading.requests) / parties).toFixed(1),
      (bytes / 1_024).toFixed(1),
    ];
  };
  return gridOf([
    [`${t} of ${N}${suffix}`, "first", "CPU", "floor", "CPU ÷ floor", "steps", "requests", "KiB"],
    row(`pairing, ${pairs(N)} pairs`, {
      ...{ phase: "pairing", parties: N, steps: steps.pairing(N) },
      floor: () => pairs(N) * floors.pair,
    }),
    row("SAS", { phase: "sas", parties: N, steps: steps.sas }),
    row("key generation", {
      ...{ phase: "keygen", parties: N, steps: steps.keygen },
      floor: (protocolMs) => protocolMs + signed(N),
    }),
    row(`re-link, ${pairs(t)} pairs`, {
      ...{ phase: "link", parties: t, steps: steps.link },
      floor: () => pairs(t) * floors.link,
    }),
    row("signing", {
      ...{ phase: "signing", parties: t, steps: steps.signing },
      floor: (protocolMs) => protocolMs + signed(t),
    }),
  ]);
}

interface Row {
  readonly phase: keyof Phases;
  readonly parties: number;
  readonly steps: number;
  /** By what the protocol took. */
  floor?(protocolMs: number): number;
}

// Whoever interrupts it leaves no relay behind.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const [at, effort] = process.argv.slice(2);
const named = namedBackends[Number(at)];
if (named === undefined) throw new Error(`there is no backend ${at}`);
process.stdout.write(JSON.stringify(await tablesOf(named, effort === "quick")));
