import { crc32 } from "node:zlib";

// A bundle is one row: entries of several logs, one behind the other, and marks that say whose they are. The marks stand
// in front of the entries and once more behind them: an entry that is damaged costs its log, and marks that are damaged
// would cost nobody knows whom.
//
//   count, checksum, marks, entries, marks, checksum, count

/** Whose an entry of a bundle is. */
export interface Mark {
  /** The number of its log. */
  readonly log: number;
  readonly position: number;
  /** Bytes of the entry. */
  readonly size: number;
  readonly checksum: number;
}

/** What a bundle holds; `starts[i]` is where the entry of `marks[i]` begins in it. */
export interface Bundle {
  readonly bytes: Buffer;
  readonly marks: readonly Mark[];
  readonly starts: readonly number[];
}

/** Bytes of a mark, and of what stands before all of them. */
const MARK_SIZE = 24;
const HEAD_SIZE = 8;

/** Bytes of a bundle with so many entries that are not theirs. */
export function frameSize(entries: number): number {
  return 2 * (HEAD_SIZE + entries * MARK_SIZE);
}

/** What stands in front of the entries of a bundle, and what behind them. */
export function aroundEntries(marks: readonly Mark[]): { readonly front: Uint8Array; readonly back: Uint8Array } {
  const size = marks.length * MARK_SIZE;
  const bytes = Buffer.allocUnsafe(2 * (HEAD_SIZE + size));
  let at = HEAD_SIZE;
  for (const { log, position, size: entry, checksum } of marks) {
    at = bytes.writeDoubleLE(log, at);
    at = bytes.writeDoubleLE(position, at);
    at = bytes.writeUInt32LE(entry, at);
    at = bytes.writeUInt32LE(checksum, at);
  }
  bytes.writeUInt32LE(marks.length, 0);
  bytes.writeUInt32LE(checksumOf(bytes, HEAD_SIZE, size), 4);
  bytes.copy(bytes, at, HEAD_SIZE, at);
  bytes.copy(bytes, at + size, 4, HEAD_SIZE);
  bytes.copy(bytes, at + size + 4, 0, 4);
  return { front: bytes.subarray(0, at), back: bytes.subarray(at) };
}

/** Undefined if both times the marks are not what was written. */
export function readBundle(row: Uint8Array): Bundle | undefined {
  const bytes = Buffer.from(row.buffer, row.byteOffset, row.length);
  const { length } = bytes;
  if (length < 2 * HEAD_SIZE) return undefined;
  const [first, last] = [bytes.readUInt32LE(0), bytes.readUInt32LE(length - 4)];
  return (
    read(bytes, { count: first, checksum: bytes.readUInt32LE(4), at: HEAD_SIZE }) ??
    read(bytes, { count: last, checksum: bytes.readUInt32LE(length - 8), at: length - HEAD_SIZE - last * MARK_SIZE })
  );
}

/** The bytes of an entry. */
export function entryOf({ bytes, marks, starts }: Bundle, index: number): Buffer {
  const start = starts[index] ?? 0;
  return bytes.subarray(start, start + (marks[index]?.size ?? 0));
}

/** Whether the marks in front are what was written, as far as these first bytes of a bundle say. */
export function hasGoodMarks(first: Uint8Array): boolean {
  const bytes = Buffer.from(first.buffer, first.byteOffset, first.length);
  if (bytes.length < HEAD_SIZE) return false;
  const size = bytes.readUInt32LE(0) * MARK_SIZE;
  return HEAD_SIZE + size <= bytes.length && checksumOf(bytes, HEAD_SIZE, size) === bytes.readUInt32LE(4);
}

interface Place {
  readonly count: number;
  readonly checksum: number;
  readonly at: number;
}

function read(bytes: Buffer, { count, checksum, at }: Place): Bundle | undefined {
  const size = count * MARK_SIZE;
  if (at < 0 || at + size > bytes.length || checksumOf(bytes, at, size) !== checksum) return undefined;
  const marks: Mark[] = [];
  const starts: number[] = [];
  let start = HEAD_SIZE + size;
  for (let i = at; i < at + size; i += MARK_SIZE) {
    const mark = {
      log: bytes.readDoubleLE(i),
      position: bytes.readDoubleLE(i + 8),
      size: bytes.readUInt32LE(i + 16),
      checksum: bytes.readUInt32LE(i + 20),
    };
    marks.push(mark);
    starts.push(start);
    start += mark.size;
  }
  return { bytes, marks, starts };
}

/** Of no marks it is not that of nothing, so that a row of zeros is no bundle. */
function checksumOf(bytes: Buffer, at: number, size: number): number {
  return crc32(bytes.subarray(at, at + size), size + 1);
}
