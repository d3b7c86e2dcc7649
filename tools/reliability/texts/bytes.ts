import { type Case, carrier, closed, inBoth, refused, UNKNOWN_METHOD } from "./case.ts";

// Where UTF-8 is broken (RFC 3629): each pair of a good sequence and one that is a bit beside it.

const good: readonly (readonly number[])[] = [
  [0x7f],
  [0xc2, 0x80],
  [0xdf, 0xbf],
  [0xe0, 0xa0, 0x80],
  [0xed, 0x9f, 0xbf],
  [0xee, 0x80, 0x80],
  [0xef, 0xbf, 0xbf],
  [0xf0, 0x90, 0x80, 0x80],
  [0xf4, 0x8f, 0xbf, 0xbf],
];

const broken: readonly (readonly number[])[] = [
  // Continuations without a beginning, beginnings without a continuation.
  ...[[0x80], [0xbf], [0x80, 0x80], [0xc2], [0xc2, 0x41], [0xe2, 0x82], [0xe2, 0x82, 0x41], [0xf0, 0x9f, 0x98]],
  // Longer than need be.
  ...[
    [0xc0, 0x80],
    [0xc0, 0xaf],
    [0xc1, 0xbf],
    [0xe0, 0x80, 0x80],
    [0xe0, 0x9f, 0xbf],
    [0xf0, 0x80, 0x80, 0x80],
  ],
  [0xf0, 0x8f, 0xbf, 0xbf],
  // Halves of pairs, alone and as pairs.
  ...[
    [0xed, 0xa0, 0x80],
    [0xed, 0xbf, 0xbf],
    [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  ],
  // Above U+10FFFF, and bytes that never stand in UTF-8.
  ...[[0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xfe], [0xff], [0xff, 0xfe]],
];

/** Text that is not UTF-8, in both dialects. */
export const bytes: readonly Case[] = [
  ...good.flatMap((sequence) => inBoth(`reads ${hex(sequence)}`, within(sequence), () => refused(UNKNOWN_METHOD))),
  ...broken.flatMap((sequence) => inBoth(`refuses ${hex(sequence)}`, within(sequence), () => closed(1007))),
  ...inBoth("refuses UTF-16 with its mark", Buffer.from(`\ufeff${carrier("[]")}`, "utf16le"), () => closed(1007)),
];

/** A call with these bytes in a string. */
function within(sequence: readonly number[]): Uint8Array {
  const [before = "", behind = ""] = carrier('["HERE"]').split("HERE");
  return Buffer.concat([Buffer.from(before), Uint8Array.from(sequence), Buffer.from(behind)]);
}

function hex(sequence: readonly number[]): string {
  return sequence.map((byte) => byte.toString(16)).join(" ");
}
