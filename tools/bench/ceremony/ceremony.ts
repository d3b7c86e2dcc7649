import { fileURLToPath } from "node:url";
import { Child } from "../../processes/child.ts";
import { unpaced } from "../../processes/unpaced.ts";
import type { Effort } from "../measure.ts";
import { gridOf } from "../report.ts";
import { type Floors, measureFloors } from "./floors.ts";
import type { Reading } from "./meter.ts";
import { type Phases, wholeCeremony } from "./whole.ts";

interface Size {
  readonly parties: number;
  readonly threshold: number;
}

const sizes: readonly Size[] = [
  { parties: 3, threshold: 2 },
  { parties: 10, threshold: 7 },
  { parties: 30, threshold: 20 },
  { parties: 100, threshold: 67 },
];

const relayScript = fileURLToPath(new URL("../../../apps/relay-server/dist/main.js", import.meta.url));

/** Whole ceremonies over the relay, split into their parts, with what the primitives alone cost beside them. */
export async function ceremony({ rounds }: Effort): Promise<readonly string[]> {
  // Whoever interrupts it leaves no relay behind.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  const floors = measureFloors();
  const tables: string[] = [];
  for (const size of rounds < 5 ? sizes.slice(0, 2) : sizes) {
    // The first one of a process builds tables and compiles; it is not counted.
    if (tables.length === 0) await overRelay(size);
    const found = tableOf(size, await overRelay(size), floors);
    // The largest one takes minutes.
    process.stderr.write(`\n${found}\n`);
    tables.push(found);
  }
  return [
    "All parties in one process and on one core, as the clients they are, over the relay in a process of its own (in memory). CPU of the parties in ms, all together; the floor is that of the primitives: SPAKE2 and Noise for each pair, all steps of FROST, and the verification of what each party signs by each other (in key generation and signing four times each). scrypt, once for each typed code, is left out on both sides. Requests and KiB are those that a party sends to the relay.",
    ...tables,
  ];
}

async function overRelay(size: Size): Promise<Phases> {
  const args = ["--listen", "127.0.0.1:0", "--log-level", "warn", "--ephemeral", ...unpaced];
  const relay = new Child({ name: "the relay", script: relayScript, args, cwd: process.cwd() });
  const stop = () => relay.kill("SIGKILL");
  process.once("exit", stop);
  try {
    const url = await relay.find("serving", (line) => /^listening on (ws:\/\/\S+)$/.exec(line)?.[1]);
    return await wholeCeremony(url, size);
  } finally {
    stop();
    process.off("exit", stop);
    await relay.exit;
  }
}

function tableOf({ parties: N, threshold: t }: Size, phases: Phases, { pair, link, verify }: Floors): string {
  const pairs = (parties: number) => (parties * (parties - 1)) / 2;
  // A statement in each of three rounds and a seal by each, verified by each other.
  const signed = (parties: number) => 4 * parties * (parties - 1) * verify;
  const rows = [
    row(`pairing, ${pairs(N)} pairs`, { taken: phases.pairing, parties: N, floor: pairs(N) * pair }),
    row("SAS", { taken: phases.sas, parties: N }),
    row("key generation", { taken: phases.keygen, parties: N, floor: phases.keygen.protocolMs + signed(N) }),
    row(`re-link, ${pairs(t)} pairs`, { taken: phases.link, parties: t, floor: pairs(t) * link }),
    row("signing", { taken: phases.signing, parties: t, floor: phases.signing.protocolMs + signed(t) }),
  ];
  return gridOf([[`${t} of ${N}`, "CPU", "floor", "CPU ÷ floor", "requests", "KiB"], ...rows]);
}

function row(name: string, { taken, parties, floor }: { taken: Reading; parties: number; floor?: number }): string[] {
  const each = (total: number) => (total / parties).toFixed(1);
  return [
    name,
    taken.cpuMs.toFixed(0),
    floor === undefined ? "" : floor.toFixed(0),
    floor === undefined ? "" : (taken.cpuMs / floor).toFixed(2),
    each(taken.requests),
    each(taken.bytes / 1_024),
  ];
}
