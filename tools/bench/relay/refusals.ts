import { medianOf } from "../median.ts";
import { gridOf } from "../report.ts";
import { compare, type Running } from "./compare.ts";
import type { Load, RunOptions, Shape } from "./load.ts";
import { type Refused, refused } from "./subject.ts";
import { names, type paces, startOurs, subjects } from "./subjects.ts";

/** Messages a second: below what anybody is busy with, enough for whole turns, and far above every rate. */
const RATE = 20_000;
/** An address that shares nothing with that of the others. */
const ELSEWHERE = "127.0.0.2";
/** Connections that together may send as much as their address. */
const FLOODING = 10;
/** Messages a second that are none within a run. */
const SILENCE = 0.01;
/** Seconds in which what is saved up of all rates is used up. */
const USED_UP = 2;

interface Conditions {
  readonly isQuick: boolean;
  readonly shape: Shape;
  readonly run: RunOptions;
}

/** What it costs ours to refuse requests: one of them, a flood of them, and what those notice who are not refused. */
export async function refusals(
  load: Load,
  running: readonly Running[],
  conditions: Conditions,
): Promise<readonly string[]> {
  return [
    await eachRefused(load, running, conditions),
    await floods(load, conditions, "all"),
    await floods(load, conditions, "refusals"),
    await besideFlood(load, conditions),
  ];
}

/** By the CPU time of the server, where no rate holds anybody back. */
async function eachRefused(load: Load, running: readonly Running[], { shape, run }: Conditions): Promise<string> {
  const ours = running.filter(({ subject }) => subject.name === names.memory);
  const cost = async (what?: Refused) => {
    const loaded = { ...shape, ...(what && { what }) };
    const [row] = await compare(load, ours, { shape: loaded, rounds: 3, run: { ...run, rate: RATE } });
    return ((row?.outcome.serverShare ?? Number.NaN) / (row?.outcome.messages ?? Number.NaN)) * 1e6;
  };
  const accepted = await cost();
  const rows = [["(accepted, sent to four)", accepted.toFixed(1), "1.00"]];
  for (const what of refused) {
    const own = await cost(what);
    rows.push([what, own.toFixed(1), (own / accepted).toFixed(2)]);
  }
  return gridOf([["a request that is refused, in memory, 200 B", "µs of CPU", "refused ÷ accepted"], ...rows]);
}

/** A kind of refusal that is noticed in the text, one that is noticed before the log, and one that is noticed behind it. */
const flooded: readonly Refused[] = ["no JSON", "no session", "out of order"];

/** By the CPU time of a new server, beyond what it uses beside as many connections that say nothing, after the burst. */
async function floods(load: Load, { isQuick, shape }: Conditions, pace: "all" | "refusals"): Promise<string> {
  const subject = ours(pace);
  const seconds = isQuick ? 1.5 : 4;
  const share = async (rate: number, what?: Refused) => {
    const server = await subject.start();
    const loaded = { ...shape, parties: FLOODING, ...(what && { what }) };
    try {
      return (await load.run(subject, server, loaded, { warmSeconds: USED_UP, seconds, rate })).serverShare;
    } finally {
      await server.stop();
    }
  };
  const rest = await share(SILENCE);
  const accepted = (await share(RATE)) - rest;
  const rows = [["(accepted, sent to four)", (1e3 * accepted).toFixed(1), "1.00"]];
  for (const what of isQuick ? flooded.slice(0, 1) : flooded) {
    const own = (await share(RATE, what)) - rest;
    rows.push([what, (1e3 * own).toFixed(1), (own / accepted).toFixed(3)]);
  }
  const title = `a flood of ${RATE}/s, ${FLOODING} connections of one address, ${shape.size} B, in memory, ${held[pace]}`;
  return gridOf([[title, "ms of CPU a second", "refused ÷ accepted"], ...rows]);
}

const held = { all: "all rates by default", refusals: "the rate of refusals by default" } as const;

/** By deliveries, where no rate holds back who is not refused. */
async function besideFlood(load: Load, { isQuick, shape, run }: Conditions): Promise<string> {
  const rows: string[][] = [];
  const paced = { "ours, held to the rate of refusals": "refusals", "(not held to it)": "none" } as const;
  for (const [name, pace] of Object.entries(paced)) {
    const subject = ours(pace);
    const server = await subject.start();
    const honest = async () => (await load.run(subject, server, shape, run)).deliveries;
    try {
      await honest();
      const alone: number[] = [];
      const beside: number[] = [];
      for (let round = 0; round < (isQuick ? 1 : 3); round++) {
        alone.push(await honest());
        const seconds = 2 * (run.warmSeconds + run.seconds);
        const flood = { warmSeconds: 0, seconds, rate: RATE, from: ELSEWHERE };
        const flooding = load.run(subject, server, { ...shape, what: "no JSON" }, flood);
        beside.push(await honest());
        await flooding;
      }
      const [without, within] = [medianOf(alone), medianOf(beside)];
      const times = (within / without).toFixed(2);
      rows.push([name, `${(without / 1e3).toFixed(1)} k`, `${(within / 1e3).toFixed(1)} k`, times]);
    } finally {
      await server.stop();
    }
  }
  const title = `deliveries/s in groups of ${shape.members}, ${shape.size} B, beside ${RATE}/s of another address that are no JSON`;
  return gridOf([[title, "without", "beside it", "× without"], ...rows]);
}

function ours(pace: keyof typeof paces) {
  const [subject] = subjects.filter(({ name }) => name === names.memory);
  if (subject === undefined) throw new Error("ours is not among those that are measured");
  return { ...subject, start: () => startOurs(["--ephemeral"], pace) };
}
