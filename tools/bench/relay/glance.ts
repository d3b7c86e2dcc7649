import { medianOf } from "../median.ts";
import { gridOf } from "../report.ts";
import { Load, type Outcome, type Shape } from "./load.ts";
import type { Server } from "./server.ts";
import { names, subjects } from "./subjects.ts";

const shapes: readonly Shape[] = [
  { members: 5, size: 200 },
  { members: 30, size: 2_048 },
];
const shown: readonly string[] = [names.memory, names.durable, names.json];
const ROUNDS = 3;
const RUN = { warmSeconds: 0.2, seconds: 0.5, rate: 0 };
/** The part of its core below which something else had the rest, so that a run says nothing. */
const WHOLE_CORE = 0.9;

/**
 * Ours beside ws with JSON in half a minute: enough to see a collapse where others use the machine, too. Its tables have
 * the names of those of the whole part. Empty where no run of two servers had its core.
 */
export async function glance(): Promise<readonly string[]> {
  const load = new Load();
  const running: { readonly name: string; run(shape: Shape): Promise<Outcome>; readonly server: Server }[] = [];
  try {
    for (const subject of subjects.filter(({ name }) => shown.includes(name))) {
      const server = await subject.start();
      running.push({ name: subject.name, run: (shape) => load.run(subject, server, shape, RUN), server });
    }
    const round = async (shape: Shape) => {
      const outcomes = new Map<string, Outcome>();
      for (const { name, run } of running) outcomes.set(name, await run(shape));
      return outcomes;
    };
    // One that counts for nothing, so that all of them are warm.
    for (const shape of shapes) await round(shape);
    const tables: string[] = [];
    for (const shape of shapes) {
      const rounds: ReadonlyMap<string, Outcome>[] = [];
      for (let i = 0; i < ROUNDS; i++) rounds.push(await round(shape));
      tables.push(...tableOf(shape, rounds));
    }
    return tables;
  } finally {
    for (const { server } of running) await server.stop();
    load.close();
  }
}

/** Medians of the ratios inside a round, of the rounds in which both servers had their core; no table without any. */
export function tableOf(
  { members, size }: Shape,
  rounds: readonly ReadonlyMap<string, Pick<Outcome, "deliveries" | "serverShare">>[],
): readonly string[] {
  const rows = [names.memory, names.durable].flatMap((name) => {
    const ratios = rounds.flatMap((outcomes) => {
      const [ours, theirs] = [outcomes.get(name), outcomes.get(names.json)];
      if (ours === undefined || theirs === undefined) return [];
      const isFair = Math.min(ours.serverShare, theirs.serverShare) >= WHOLE_CORE;
      return isFair ? [ours.deliveries / theirs.deliveries] : [];
    });
    return ratios.length === 0 ? [] : [[name, medianOf(ratios).toFixed(2), `${ratios.length} of ${rounds.length}`]];
  });
  const header = [`${members} members, ${size} B`, `× ${names.json}`, "rounds that count"];
  return rows.length === 0 ? [] : [gridOf([header, ...rows])];
}
