import { accepted, type Decoded, type JsonObject, refused, UsageError } from "@countersign/wire";

/** The highest `seq`; a channel that has used it can send no more. */
export const LAST_SEQ = 0xffff_ffff;

/** What a receiver lacks, and what it has room for (`miss`). */
export interface Miss {
  /** Ascending. */
  readonly missing: readonly number[];
  /** The highest `seq` that the receiver will take. */
  readonly end: number;
}

/** The keys of a channel packet's JSON that make a channel reliable (spec 0009, section 7). */
export interface ReliableHeader {
  /** Of packets with content, counted from 1. */
  readonly seq: number | undefined;
  /** The highest `seq` that was processed, 0 for none yet. */
  readonly ack: number | undefined;
  /** Only along with an `ack`. */
  readonly miss: Miss | undefined;
}

/** Reads the keys `seq`, `ack` and `miss`; others are not looked at. */
export function readReliableHeader(json: JsonObject): Decoded<ReliableHeader> {
  const seq = own(json, "seq");
  const ack = own(json, "ack");
  const deltas = own(json, "miss");
  if (seq !== undefined && !isWhole(seq, 1))
    return refused("wire.malformed", "a seq that is no number from 1 to 2^32-1");
  if (ack !== undefined && !isWhole(ack, 0)) return refused("wire.malformed", "an ack that is no number of 32 bits");
  // An empty list is what some say who miss nothing, and says nothing of their room.
  if (deltas === undefined || (Array.isArray(deltas) && deltas.length === 0))
    return accepted({ seq, ack, miss: undefined });
  if (ack === undefined) return refused("wire.malformed", "a miss without the ack that it counts from");
  const miss = decodeMiss(ack, deltas);
  return miss.ok ? accepted({ seq, ack, miss: miss.value }) : miss;
}

/**
 * Writes a `miss`: each number as what it is above the one before it, the first above `ack`, and `end` as the last.
 * Throws `UsageError` unless all of them ascend.
 */
export function encodeMiss(ack: number, { missing, end }: Miss): readonly number[] {
  let previous = ack;
  return [...missing, end].map((seq) => {
    const delta = seq - previous;
    if (delta < 1) throw new UsageError("usage.out-of-range", "what is missing ascends from ack to end");
    previous = seq;
    return delta;
  });
}

function decodeMiss(ack: number, deltas: unknown): Decoded<Miss> {
  if (!Array.isArray(deltas)) return refused("wire.malformed", "a miss that is no list");
  const missing: number[] = [];
  let seq = ack;
  for (const delta of deltas as readonly unknown[]) {
    if (!isWhole(delta, 1)) return refused("wire.malformed", "a miss with something else than positive numbers");
    seq += delta;
    if (seq > LAST_SEQ) return refused("wire.out-of-range", "a miss beyond the last seq");
    missing.push(seq);
  }
  missing.pop();
  return accepted({ missing, end: seq });
}

function isWhole(value: unknown, least: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= LAST_SEQ;
}

function own(json: JsonObject, key: string): unknown {
  return Object.hasOwn(json, key) ? json[key] : undefined;
}
