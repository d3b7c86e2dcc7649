import { DamagedLogError, type LogRecord } from "@countersign/relay";
import { accepted, type Engine, type Reply } from "./engine.ts";
import type { Keys } from "./keys.ts";
import { readRecord } from "./record-text.ts";
import { readScript, run } from "./scripts.ts";

/** Bytes of a read, beyond which no further record is added. */
const READ_SIZE = 128 * 1_024;

/** What a log has behind a position, as far as it was read. */
export interface Portion {
  readonly records: readonly LogRecord[];
  /** The position of the last one that was read, damaged ones included. */
  readonly end: number;
  /** The newest position of the log. */
  readonly last: number;
  /** Whether there is nothing more. */
  readonly isEnd: boolean;
  /** Whether something is not as it was appended, or missing. */
  readonly isDamaged: boolean;
}

/** Where to read. */
export interface Place {
  readonly engine: Engine;
  readonly keys: Keys;
  readonly log: string;
}

/** Reads up to `max` records behind a position, and those that are whole although others are not. */
export async function readPortion({ engine, keys, log }: Place, after: number, max: number): Promise<Portion> {
  const [reply] = await run(engine, readScript, { keys: keys.ofLog(log), args: [after, max, READ_SIZE] });
  const [last = "", from = "", kept = "", isEnd, ...found] = accepted(reply) as string[];
  const records: LogRecord[] = [];
  const positions: number[] = [];
  for (let i = 0; i < found.length; i += 2) {
    const record = readRecord(log, found[i] ?? "", found[i + 1] ?? "");
    positions.push(Number.parseInt(found[i] ?? "", 10));
    if (record !== undefined) records.push(record);
  }
  const known = { after, last: Number(last), from: Number(from), kept, isEnd: isEnd === "1" };
  const isDamaged = records.length < positions.length || !isWhole(positions, known);
  return { records, end: positions.at(-1) ?? after, last: known.last, isEnd: known.isEnd, isDamaged };
}

/** For all that finds a log other than it should be. */
export function damaged(): DamagedLogError {
  return new DamagedLogError("the engine does not have a log as it was written");
}

interface Known {
  readonly after: number;
  readonly last: number;
  readonly from: number;
  readonly kept: string;
  readonly isEnd: boolean;
}

/** Whether the positions are those that the head of the log says there are. */
function isWhole(positions: readonly number[], { after, last, from, kept, isEnd }: Known): boolean {
  let i = 0;
  for (const [first, final] of [...runsOf(kept), [from, last] as const]) {
    for (let wanted = Math.max(first, after + 1); wanted <= final; wanted++) {
      if (i === positions.length) return !isEnd;
      if (positions[i++] !== wanted) return false;
    }
  }
  return i === positions.length;
}

function runsOf(kept: string): (readonly [first: number, final: number])[] {
  return kept
    .split(",")
    .filter((run) => run !== "")
    .map((run) => {
      const [first, final] = run.split("-");
      return [Number(first), Number(final)];
    });
}

/** Positions as runs: `1-3,7-7`; those below `before` only. */
export function writeRuns(positions: readonly number[], before: number): string {
  const runs: [number, number][] = [];
  for (const position of positions.filter((one) => one < before).sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && position <= run[1] + 1) run[1] = position;
    else runs.push([position, position]);
  }
  return runs.map((run) => run.join("-")).join();
}

/** The reply of the look script: the last position of a log. */
export function lastOf(reply: Reply): number {
  return Number(accepted(reply));
}
