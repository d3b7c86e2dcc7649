import type { SharedText } from "../core/shared-texts.ts";

/**
 * A text frame of a server, ready for the wire: in one piece, unmasked (RFC 6455, section 5.2). It lasts until the end of
 * the turn of the event loop: who wants to have it longer takes a copy.
 */
export type Frame = Uint8Array;

const FIN_TEXT = 0x81;
const LONGEST_HEAD = 10;
/** A character of a JavaScript string has at most so many bytes of UTF-8. */
const WIDEST = 3;
const SIZE = 1024 * 1024;
/** Texts of more characters than this get memory of their own. */
const LONG = 16 * 1024;

/**
 * Where the frames of a turn are made, one behind the other. To make each in memory of its own took half as long again, and
 * left it to the garbage collector.
 */
let table = Buffer.allocUnsafeSlow(SIZE);
let used = 0;
/** Counts how often a table was begun. */
let turn = 1;

/** The frame of a text that several clients are sent. */
export function frameOf(shared: SharedText): Frame {
  if (shared.bytes === undefined || shared.turn !== turn) {
    shared.bytes = makeShared(shared);
    shared.turn = turn;
  }
  return shared.bytes;
}

/** Makes the frame of a text of two parts; the second one is copied where it was made in this turn. */
function makeShared({ head, tail }: SharedText): Frame {
  const length = head.length + tail.text.length;
  if (length > LONG) return longFrame(head + tail.text);
  makeRoom(length);
  const start = used + LONGEST_HEAD;
  const at = start + table.write(head, start);
  if (tail.turn === turn) table.copyWithin(at, tail.at, tail.at + tail.size);
  else tail.size = table.write(tail.text, at);
  tail.at = at;
  tail.turn = turn;
  used = at + tail.size;
  return table.subarray(writeHead(table, start, used - start), used);
}

/** Makes the frame of a text. */
export function textFrame(text: string): Frame {
  if (text.length > LONG) return longFrame(text);
  makeRoom(text.length);
  const start = used + LONGEST_HEAD;
  const size = table.write(text, start);
  const from = writeHead(table, start, size);
  used = start + size;
  return table.subarray(from, used);
}

/** At the end of a turn, when all frames that were made in it are sent or copied. */
export function forgetFrames(): void {
  used = 0;
  turn++;
}

/** A frame that lasts longer than the turn. */
export function lasting(frame: Frame): Frame {
  return frame.buffer === table.buffer ? Buffer.from(frame) : frame;
}

function makeRoom(characters: number): void {
  if (used + LONGEST_HEAD + WIDEST * characters <= SIZE) return;
  // What is in the old one is still to be sent.
  table = Buffer.allocUnsafeSlow(SIZE);
  used = 0;
  turn++;
}

function longFrame(text: string): Frame {
  const size = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafeSlow(LONGEST_HEAD + size);
  frame.write(text, LONGEST_HEAD);
  return frame.subarray(writeHead(frame, LONGEST_HEAD, size));
}

/** Writes the head of a frame right in front of its text, and answers where it begins. */
function writeHead(bytes: Buffer, start: number, size: number): number {
  const from = start - (size < 126 ? 2 : size < 65_536 ? 4 : LONGEST_HEAD);
  bytes[from] = FIN_TEXT;
  if (size < 126) {
    bytes[from + 1] = size;
  } else if (size < 65_536) {
    bytes[from + 1] = 126;
    bytes.writeUInt16BE(size, from + 2);
  } else {
    bytes[from + 1] = 127;
    bytes.writeUInt32BE(0, from + 2);
    bytes.writeUInt32BE(size, from + 6);
  }
  return from;
}
