import { setTimeout as pause } from "node:timers/promises";
import { gridOf } from "../report.ts";
import { compare, type Running } from "./compare.ts";
import type { Load, RunOptions, Shape } from "./load.ts";
import { residentBytes, type Server } from "./server.ts";
import type { Subject } from "./subject.ts";
import { names, subjects } from "./subjects.ts";

const IDLE = 2_000;
const FEW = 100;
const MANY = 5_000;
/** Milliseconds until a server shows what it takes, and until one that gives memory back has done so. */
const SETTLED = 500;
const RESTED = 20_000;

interface Held {
  readonly subject: Subject;
  readonly server: Server;
  readonly done: () => void;
  readonly before: number;
  /** Bytes for all connections, when they have just come. */
  readonly atOnce: number;
}

/** What a connection costs that has joined and says nothing: when all have just come, and when they have been there a while. */
export async function idleMemory(load: Load, isQuick: boolean): Promise<string> {
  const parties = isQuick ? IDLE / 2 : IDLE;
  const here = subjects.filter(({ missing }) => missing === undefined);
  const servers = await Promise.all(here.map(async (subject) => ({ subject, server: await subject.start() })));
  // The first connections bring code and heaps with them that are there once.
  for (const { subject, server } of servers) (await load.hold(subject, server, 200)).done();
  await pause(RESTED);
  const held: Held[] = [];
  for (const { subject, server } of servers) {
    const before = residentBytes(server.pid);
    const { done } = await load.hold(subject, server, parties);
    await pause(SETTLED);
    held.push({ subject, server, done, before, atOnce: residentBytes(server.pid) - before });
  }
  await pause(RESTED);
  const results = held.map(({ subject, server, before, atOnce }) => {
    const each = [atOnce, residentBytes(server.pid) - before].map((bytes) => bytes / parties / 1_024);
    return { name: subject.name, each };
  });
  for (const { server, done } of held) {
    done();
    await server.stop();
  }
  const raw = results.find(({ name }) => name === names.raw)?.each ?? [];
  const cells = (each: readonly number[]) =>
    each.flatMap((kilobytes, i) => [kilobytes.toFixed(1), (kilobytes / (raw[i] ?? Number.NaN)).toFixed(2)]);
  const title = `${parties} idle connections in groups of 2`;
  return gridOf([
    [title, "KiB each", "at once ÷ raw", `KiB each after ${RESTED / 1_000} s`, "rested ÷ raw"],
    ...results.map(({ name, each }) => [name, ...cells(each)]),
  ]);
}

/** What is carried beside many idle connections, against what is carried beside few. */
export async function besideIdle(
  load: Load,
  { isQuick, shape, ...measured }: { isQuick: boolean; shape: Shape; rounds: number; run: RunOptions },
): Promise<string> {
  const many = isQuick ? MANY / 5 : MANY;
  const rows: string[][] = [];
  for (const subject of subjects.filter(({ name }) => name === names.memory || name === names.raw)) {
    const running: Running[] = [];
    const holds: { done(): void }[] = [];
    for (const idle of [FEW, many]) {
      const server = await subject.start();
      running.push({ subject: { ...subject, name: `${idle}` }, server });
      holds.push(await load.hold(subject, server, idle));
    }
    await compare(load, running, { shape, rounds: 3, run: measured.run });
    const [few, beside] = await compare(load, running, { shape, ...measured });
    const deliveries = [few, beside].map((row) => `${((row?.outcome.deliveries ?? Number.NaN) / 1_000).toFixed(1)} k`);
    rows.push([subject.name, ...deliveries, (beside?.against.get(`${FEW}`) ?? Number.NaN).toFixed(2)]);
    for (const { done } of holds) done();
    for (const { server } of running) await server.stop();
  }
  const title = `deliveries/s beside idle connections, groups of ${shape.members}, ${shape.size} B`;
  return gridOf([[title, `beside ${FEW}`, `beside ${many}`, `× beside ${FEW}`], ...rows]);
}
