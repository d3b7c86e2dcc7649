import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Effort, quantile } from "../measure.ts";
import { gridOf } from "../report.ts";
import { file, sqlite } from "./floors.ts";
import { ours } from "./ours.ts";
import { redisStreams } from "./redis.ts";
import { APPENDERS, ENTRY, type Opened, type Subject } from "./subject.ts";

const OURS = `ours, ${APPENDERS} who append`;
const subjects: readonly Subject[] = [
  ours(OURS, APPENDERS),
  ours("ours, one who appends", 1),
  sqlite("node:sqlite, one a transaction", 1),
  sqlite(`node:sqlite, ${APPENDERS} a transaction`, APPENDERS),
  file("a file, one a sync", 1),
  file(`a file, ${APPENDERS} a sync`, APPENDERS),
  redisStreams("Redis streams, one under way", 1),
  redisStreams(`Redis streams, ${APPENDERS} under way`, APPENDERS),
];

/** The store beside others: entries that are durable, which the disk has been asked to say of all of them. */
export async function store(effort: Effort): Promise<readonly string[]> {
  const isQuick = effort.rounds < 5;
  const [rounds, seconds] = isQuick ? [3, 0.2] : [7, 0.5];
  const here = subjects.filter(({ missing }) => missing === undefined);
  const places = here.map(() => mkdtempSync(join(tmpdir(), "countersign-bench-")));
  const opened: Opened[] = [];
  try {
    for (const [i, subject] of here.entries()) opened.push(await subject.open(places[i] ?? ""));
    const rates: number[][] = here.map(() => []);
    // The first round counts for nothing, so that all of them are warm.
    for (let round = 0; round <= rounds; round++) {
      for (const [i, one] of opened.entries()) {
        const rate = await measure(one, seconds);
        if (round > 0) rates[i]?.push(rate);
      }
    }
    return [
      `Entries of ${ENTRY.length} bytes on the disk of this machine, none counted before it is synced. Nobody has a core for itself but Redis, whose client has the other one.`,
      `Median of ${rounds} interleaved rounds of ${seconds} s; ratios are medians of the ratios inside a round.`,
      ...subjects.flatMap(({ name, missing }) => (missing === undefined ? [] : [`${name} is left out: ${missing}.`])),
      tableOf(here, rates),
    ];
  } finally {
    for (const one of opened) await one.close();
    for (const place of places) rmSync(place, { recursive: true, force: true });
  }
}

/** Entries a second. */
async function measure(opened: Opened, seconds: number): Promise<number> {
  const began = performance.now();
  const count = await opened.append(began + seconds * 1_000);
  return (1_000 * count) / (performance.now() - began);
}

function tableOf(here: readonly Subject[], rates: readonly (readonly number[])[]): string {
  const own = rates[0] ?? [];
  const rows = here.map(({ name }, i) => {
    const these = rates[i] ?? [];
    const ratios = own.map((rate, round) => rate / (these[round] ?? Number.NaN));
    const spread = (quantile(these, 0.75) - quantile(these, 0.25)) / 2 / quantile(these, 0.5);
    return [
      name,
      `${(quantile(these, 0.5) / 1_000).toFixed(1)} k`,
      `± ${(100 * spread).toFixed(0)} %`,
      quantile(ratios, 0.5).toFixed(2),
    ];
  });
  return gridOf([["entries made durable", "per second", "spread", `${OURS} ÷ it`], ...rows]);
}
