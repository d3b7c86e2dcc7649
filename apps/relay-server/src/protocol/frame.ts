import type { EventText, Tail } from "../core/shared-texts.ts";
import type { Filled } from "../core/template.ts";
import { freeRooms, takeRoom } from "./long-rooms.ts";

/**
 * A text frame of a server, ready for the wire: unmasked (RFC 6455, section 5.2), in one piece or the first of two. It lasts
 * until the end of the turn of the event loop: who wants to have it longer asks for what is `lasting`.
 */
export type Frame = Uint8Array;

const FIN_TEXT = 0x81;
const LONGEST_HEAD = 10;
/** A character of a JavaScript string has at most so many bytes of UTF-8. */
const WIDEST = 3;
/** At the end of a room fewer bytes than this are left free, even if the next character does not fit. */
const SPARE = 4;
const SIZE = 1024 * 1024;
/** Characters that are left free for a template with its numbers. */
const LONGEST_FILLED = 512;
/** Texts of more characters than this get a room of their own. */
const LONG = 16 * 1024;

/**
 * Where the frames of a turn are made, one behind the other. To make each in memory of its own took half as long again, and
 * left it to the garbage collector.
 */
let table = Buffer.allocUnsafeSlow(SIZE);
let used = 0;
/** Counts how often a table was begun. */
let turn = 1;

/** The frame of a text that several clients may be sent; without its tail, where that is long: `restOf` is sent behind it. */
export function frameOf(shared: EventText): Frame {
  if (shared.bytes === undefined || shared.turn !== turn) {
    shared.bytes = makeShared(shared);
    shared.turn = turn;
  }
  return shared.bytes;
}

/** The second piece of a frame that has one: a long tail, which is written once for all who are sent it. */
export function restOf({ tail }: EventText): Uint8Array | undefined {
  if (tail.length <= LONG) return undefined;
  if (tail.bytes === undefined || tail.turn !== turn) {
    tail.bytes = longBytes(tail.parts, 0);
    tail.turn = turn;
  }
  return tail.bytes;
}

/** Makes the frame of a text of two parts; the second one is copied where it was made in this turn. */
function makeShared(shared: EventText): Frame {
  const { head, tail } = shared;
  const rest = restOf(shared);
  makeRoom(LONGEST_FILLED + (typeof head === "string" ? head.length : 0) + (rest === undefined ? tail.length : 0));
  const start = used + LONGEST_HEAD;
  used = start;
  if (typeof head === "string") used += table.write(head, start);
  else fillIn(head);
  if (rest === undefined) writeTail(tail);
  return table.subarray(writeHead(table, start, used - start + (rest?.length ?? 0)), used);
}

function writeTail(tail: Tail): void {
  if (tail.turn === turn) {
    table.copyWithin(used, tail.at, tail.at + tail.size);
  } else {
    tail.size = 0;
    for (const part of tail.parts) tail.size += table.write(part, used + tail.size);
  }
  tail.at = used;
  tail.turn = turn;
  used += tail.size;
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

/** Makes the frame of a text with two numbers in it. */
export function filledFrame(filled: Filled): Frame {
  makeRoom(LONGEST_FILLED);
  const start = used + LONGEST_HEAD;
  used = start;
  fillIn(filled);
  return table.subarray(writeHead(table, start, used - start), used);
}

function fillIn({ template, one, other }: Filled): void {
  const size = template.fill(one, other);
  // With what is left over behind it, which the next text is written over: to cut it off takes as long as to copy it.
  table.set(template.bytes, used);
  used += size;
}

/** At the end of a turn, when all frames that were made in it are sent or copied. */
export function forgetFrames(): void {
  used = 0;
  turn++;
  freeRooms();
}

/** The same for a socket that may need it longer than the turn, once it is said that it does (`giveRooms`). */
export function lasting(piece: Uint8Array): Uint8Array {
  return piece.buffer === table.buffer ? Buffer.from(piece) : piece;
}

function makeRoom(characters: number): void {
  if (used + LONGEST_HEAD + WIDEST * characters <= SIZE) return;
  // What is in the old one is still to be sent.
  table = Buffer.allocUnsafeSlow(SIZE);
  used = 0;
  turn++;
}

function longFrame(text: string): Frame {
  const bytes = longBytes([text], LONGEST_HEAD);
  return bytes.subarray(writeHead(bytes, LONGEST_HEAD, bytes.length - LONGEST_HEAD));
}

/**
 * Writes a long text into a room, behind some bytes that are left free. It is tried as ASCII, which nearly all are: to count
 * the bytes first takes five times as long as to write them (32 KiB: 5.5 and 1 µs).
 */
function longBytes(parts: readonly string[], before: number): Buffer {
  let size = before;
  for (const { length } of parts) size += length;
  // What is not ASCII has more bytes than characters, and even if not all of them fit, more are written.
  const bytes = takeRoom(size + SPARE);
  let at = before;
  for (const part of parts) at += bytes.write(part, at);
  return at === size ? bytes.subarray(0, size) : Buffer.from(" ".repeat(before) + parts.join(""));
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
