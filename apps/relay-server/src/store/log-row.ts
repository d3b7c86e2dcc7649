import { crc32 } from "node:zlib";

/** What the database says of a log, besides its name. */
export interface LogRow {
  readonly id: number;
  /** The position from which on nothing was trimmed. */
  readonly before: number;
  /** What is left before it: the first and last positions of runs. */
  readonly kept: string;
}

/** Without it a changed row would hide records, or bring back what was trimmed. `seed`: that of the log's checksums. */
export function checksumOfRow(seed: number, { id, before, kept }: LogRow): number {
  return crc32(`${id}/${before}/${kept}`, seed);
}

/** Ascending positions as the first and last ones of runs. */
export function runsOf(positions: readonly number[]): number[] {
  const runs: number[] = [];
  for (const position of positions) {
    if (runs.at(-1) === position - 1) runs[runs.length - 1] = position;
    else runs.push(position, position);
  }
  return runs;
}

/** Whether a position is in one of the runs. */
export function isInRuns(runs: readonly number[], position: number): boolean {
  let [low, high] = [0, runs.length / 2];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((runs[2 * middle + 1] ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return low < runs.length / 2 && (runs[2 * low] ?? 0) <= position;
}
