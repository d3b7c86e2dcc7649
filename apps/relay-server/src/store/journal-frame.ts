import { crc32 } from "node:zlib";

// A frame of the journal is what one transaction has written: a head, bundles, what else has changed, and nothing up to the
// next page. So what is durable is never written again, not even the rest of its last page.

/** What stands at the beginning of a frame. */
export interface FrameHead {
  /** The turn of the journal that it belongs to; what is left of others is none of its frames. */
  readonly epoch: number;
  /** Counts the frames of its turn from 0. */
  readonly number: number;
  /** Frames of the turn before. */
  readonly before: number;
  /** Bytes of the bundles behind it. */
  readonly bundles: number;
}

/** What a transaction has changed, as far as it stands in no bundle. All of it may be said twice. */
export interface FrameChanges {
  /** Ids and sizes of the bundles in the frame. */
  readonly bundles: readonly (readonly [id: number, size: number])[];
  /** Bundles in which nothing lives any more. */
  readonly dead: readonly number[];
  /** How logs are now; null: there is none of this number any more. */
  readonly logs: readonly { readonly id: number; readonly row: ChangedRow | null }[];
}

/** What the row of a log is to say. */
export interface ChangedRow {
  readonly name: string;
  readonly before: number;
  readonly kept: string;
}

/** A frame as it was found. What it says is what was written; its bundles say of themselves whether they are. */
export interface Frame extends FrameHead {
  readonly bytes: Buffer;
  /** Bytes of the changes. */
  readonly changes: number;
}

/** Where frames begin: at multiples of it. */
export const PAGE = 4_096;
/** Bytes of a head. */
export const HEAD = 32;

/** What stands in front of the bundles of a frame, and what behind them, to its end. */
export function aroundBundles(
  { epoch, number, before, bundles }: FrameHead,
  changes: FrameChanges,
): { readonly head: Uint8Array; readonly tail: readonly Uint8Array[]; readonly length: number } {
  const text = Buffer.from(JSON.stringify(changes));
  const head = Buffer.allocUnsafe(HEAD);
  head.writeUInt32LE(text.length, 4);
  head.writeDoubleLE(epoch, 8);
  head.writeUInt32LE(number, 16);
  head.writeUInt32LE(before, 20);
  head.writeDoubleLE(bundles, 24);
  head.writeUInt32LE(checksumOf(head, text), 0);
  const length = lengthOf({ bundles, changes: text.length });
  return { head, tail: [text, NOTHING.subarray(0, length - HEAD - bundles - text.length)], length };
}

/** The frame at a place in a file of the journal, undefined if there is none of this turn. */
export function frameAt(file: Buffer, at: number, epoch: number): Frame | undefined {
  const bytes = file.subarray(at);
  if (bytes.length < HEAD || bytes.readDoubleLE(8) !== epoch) return undefined;
  const [changes, bundles] = [bytes.readUInt32LE(4), bytes.readDoubleLE(24)];
  const frame = { epoch, number: bytes.readUInt32LE(16), before: bytes.readUInt32LE(20), bundles, changes, bytes };
  if (!(bundles >= 0 && HEAD + bundles + changes <= bytes.length)) return undefined;
  return checksumOf(bytes.subarray(0, HEAD), textOf(frame)) === bytes.readUInt32LE(0) ? frame : undefined;
}

/** Bytes that a frame takes with what it holds. */
export function lengthOf({ bundles, changes }: Pick<Frame, "bundles" | "changes">): number {
  return Math.ceil((HEAD + bundles + changes) / PAGE) * PAGE;
}

/** What a frame says besides its bundles. */
export function changesOf(frame: Frame): FrameChanges {
  return JSON.parse(textOf(frame).toString()) as FrameChanges;
}

const NOTHING = new Uint8Array(PAGE);

function textOf({ bytes, bundles, changes }: Frame): Buffer {
  return bytes.subarray(HEAD + bundles, HEAD + bundles + changes);
}

/** Of the head, and of what stands behind the bundles. */
function checksumOf(head: Uint8Array, text: Uint8Array): number {
  return crc32(text, crc32(head.subarray(4)));
}
