import type { Effort } from "../measure.ts";
import { gridOf } from "../report.ts";
import { compare, type Row, type Running } from "./compare.ts";
import { besideIdle, idleMemory } from "./idle.ts";
import { Load, type Shape } from "./load.ts";
import { refusals } from "./refusals.ts";
import { names, subjects } from "./subjects.ts";

const shapes: readonly Shape[] = [3, 5, 10, 30].flatMap((members) =>
  [200, 2_048, 32_768].map((size) => ({ members, size })),
);
const quickShapes = shapes.filter(({ members, size }) => (members === 5 || members === 30) && size <= 2_048);
const pairs: Shape = { members: 2, size: 200, what: "toOne" };
const common: Shape = { members: 5, size: 200 };
/** Messages a second that are far from too many for anybody. */
const MODERATE = 2_000;

/** The relay beside its peers: deliveries, latency and memory, each server on one core of its own. */
export async function relay(effort: Effort): Promise<readonly string[]> {
  const isQuick = effort.rounds < 5;
  const rounds = isQuick ? 1 : 3;
  const run = { warmSeconds: 0.3, seconds: isQuick ? 0.5 : 0.8, rate: 0 };
  const load = new Load();
  const here = subjects.filter(({ missing }) => missing === undefined);
  const running: Running[] = [];
  try {
    const sections = [
      "60 parties in groups, each with one message under way, over loopback. The server has one core, the load the other.",
      `Median of ${rounds} interleaved rounds of ${run.seconds} s; ratios are medians of the ratios inside a round. Latency is that of deliveries at a load that each of them can carry, from when a message was due.`,
      "Ours stores, orders, answers and acknowledges; the ws relays and the brokers do none of it.",
      ...subjects.flatMap(({ name, missing }) => (missing === undefined ? [] : [`${name} is left out: ${missing}.`])),
    ];
    for (const subject of here) running.push({ subject, server: await subject.start() });
    const moderate = () => compare(load, running, { shape: common, rounds, run: { ...run, rate: MODERATE } });
    // Rounds that count for nothing, so that all of them are warm.
    await compare(load, running, { shape: { members: 5, size: 200 }, rounds: 3, run });
    for (const shape of [...(isQuick ? quickShapes : shapes), pairs]) {
      const throughput = await compare(load, running, { shape, rounds, run });
      const slowest = Math.min(...throughput.map(({ outcome }) => outcome.messages));
      const rate = Math.floor(slowest / 2);
      const latency = await compare(load, running, { shape, rounds: 1, run: { ...run, rate } });
      sections.push(tableOf(shape, rate, throughput, latency));
    }
    sections.push(delays(await compare(load, running, { shape: common, rounds, run }), await moderate()));
    sections.push(...(await refusals(load, running, { isQuick, shape: common, run })));
    sections.push(await idleMemory(load, isQuick), await besideIdle(load, { isQuick, shape: common, rounds, run }));
    return sections;
  } finally {
    for (const { server } of running) await server.stop();
    load.close();
  }
}

function tableOf(
  { members, size, what }: Shape,
  rate: number,
  throughput: readonly Row[],
  latency: readonly Row[],
): string {
  const title = what === undefined ? `${members} members, ${size} B` : `pairs, to one by its name, ${size} B`;
  const header = [
    title,
    "deliveries/s",
    "spread",
    "× ws, JSON",
    "× ws, raw",
    "× nats-server",
    "per CPU second",
    "server CPU",
    "load busy",
    `p50 ms at ${rate}/s`,
    "p99 ms",
  ];
  const rows = throughput.map(({ name, outcome, against, spread }, i) => [
    name,
    thousands(outcome.deliveries),
    percent(spread),
    ...[names.json, names.raw, names.nats].map((peer) => ratio(against.get(peer))),
    thousands(outcome.deliveries / outcome.serverShare),
    // Below this something else had a part of the core, and only what it carried per second of CPU says something.
    `${percent(outcome.serverShare)}${outcome.serverShare < 0.9 ? " (!)" : ""}`,
    percent(outcome.generatorShare),
    (latency[i]?.outcome.p50 ?? Number.NaN).toFixed(2),
    (latency[i]?.outcome.p99 ?? Number.NaN).toFixed(2),
  ]);
  return gridOf([header, ...rows]);
}

/** How long a delivery takes when everybody sends as fast as there are answers, and when few do. */
function delays(saturated: readonly Row[], moderate: readonly Row[]): string {
  const p50 = (rows: readonly Row[], name: string) => rows.find((row) => row.name === name)?.outcome.p50 ?? Number.NaN;
  const rows = saturated.map(({ name }) => [
    name,
    p50(saturated, name).toFixed(3),
    ratio(p50(saturated, name) / p50(saturated, names.raw)),
    p50(moderate, name).toFixed(3),
    ratio(p50(moderate, name) / p50(moderate, names.raw)),
  ]);
  const title = `delay in groups of ${common.members}, ${common.size} B`;
  return gridOf([
    [title, "p50 ms, saturated", "saturated ÷ raw", `p50 ms at ${MODERATE}/s`, `${MODERATE}/s ÷ raw`],
    ...rows,
  ]);
}

function thousands(value: number): string {
  return `${(value / 1_000).toFixed(1)} k`;
}

function ratio(value = Number.NaN): string {
  return Number.isNaN(value) ? "" : value.toFixed(2);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(0)} %`;
}
