import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** One thing to measure. `run` does the work once; what it needs beforehand was made when the subject was. */
export interface Subject {
  readonly name: string;
  readonly run: () => void;
}

/** Subjects that do the same work, the first of which is ours. */
export interface Comparison {
  /** For people: "XX handshake, both sides". */
  readonly title: string;
  readonly subjects: readonly Subject[];
}

export interface Measured {
  readonly name: string;
  /** Median over the rounds, in microseconds for one run. */
  readonly microseconds: number;
  /** Half the distance between the quartiles, as a fraction of the median. */
  readonly spread: number;
  /** How many times faster the first subject was: median of the ratios inside each round. */
  readonly ratio: number;
}

export interface Effort {
  readonly rounds: number;
  /** How long one subject runs in one round, in ms. */
  readonly sliceMs: number;
}

/**
 * Measures all subjects in turn, round after round, so that a machine that drifts drifts under all of them. Only ratios
 * from inside one round are compared.
 */
export function compare({ subjects }: Comparison, { rounds, sliceMs }: Effort): readonly Measured[] {
  const samples = subjects.map((): number[] => []);
  for (const subject of subjects) slice(subject, sliceMs);
  for (let round = 0; round < rounds; round++) {
    for (const [index, subject] of subjects.entries()) samples[index]?.push(slice(subject, sliceMs));
  }
  const [first = []] = samples;
  return subjects.map(({ name }, index) => {
    const own = samples[index] ?? [];
    return {
      name,
      microseconds: quantile(own, 0.5) * 1_000,
      spread: (quantile(own, 0.75) - quantile(own, 0.25)) / 2 / quantile(own, 0.5),
      ratio: quantile(
        own.map((sample, round) => sample / (first[round] ?? Number.NaN)),
        0.5,
      ),
    };
  });
}

/**
 * Milliseconds of this thread's CPU for one run, over a slice of time: others may use the machine, too. What the subject
 * before left behind is not charged to this one, and nor is that the heap grows to its usual size again.
 */
function slice({ run }: Subject, sliceMs: number): number {
  collectGarbage();
  const warm = performance.now() + sliceMs / 4;
  do run();
  while (performance.now() < warm);
  const end = performance.now() + sliceMs;
  const before = process.threadCpuUsage();
  let count = 0;
  do {
    run();
    count++;
  } while (performance.now() < end);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000 / count;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
