import type { Writable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as ws from "ws";
import { FrameReader } from "../src/protocol/frame-reader.ts";

// It is exported, but not in the types.
const { Receiver } = ws as unknown as { readonly Receiver: new (options: object) => Writable };

const LONGEST = 1_000;
const options = { isServer: true, maxPayload: LONGEST, maxFragments: 4, maxBufferedChunks: 700 };

/** The reader of ws, which everything is held against, and what it says. */
function reference() {
  const said: [what: string, ...unknown[]][] = [];
  const receiver = new Receiver(options);
  let found = 0;
  const finds = (what: string) => (data: Buffer, isBinary?: boolean) => {
    found++;
    said.push([what, isBinary === false ? data.toString() : data.toString("hex"), isBinary ?? null]);
  };
  for (const event of ["message", "ping", "pong"]) receiver.on(event, finds(event));
  receiver.on("conclude", (code: number, reason: Buffer) => said.push(["close", code, reason.toString()]));
  receiver.on("error", (error: NodeJS.ErrnoException) => said.push(["error", error.code]));
  const read = (bytes: Uint8Array): number => {
    found = 0;
    // What comes behind an end or an error is not written, as a socket of ws does.
    if (receiver.writable) receiver.write(Buffer.from(bytes));
    return found;
  };
  return { said, read, receiver };
}

/** Ours, with that of ws behind it. */
function tested() {
  const { said, read, receiver } = reference();
  const counts = { own: 0, other: 0 };
  const reader = new FrameReader({
    longest: LONGEST,
    quick: () => false,
    text: (text, bytes) => {
      expect(bytes).toBe(Buffer.byteLength(text));
      counts.own++;
      said.push(["message", text, false]);
    },
    pinged: (data) => said.push(["ping", data.toString("hex"), null]),
    ponged: (data) => said.push(["pong", data.toString("hex"), null]),
    other: (bytes) => {
      counts.other++;
      return read(bytes);
    },
  });
  receiver.on("error", () => reader.stop());
  return { said, reader, counts };
}

/** Lends a reader some bytes, as sockets do that share what they are read into. */
function lend(reader: FrameReader, piece: Buffer): void {
  const bytes = Buffer.concat([piece, Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x40])]);
  reader.read(bytes, piece.length);
  bytes.fill(0xee);
}

interface Made {
  readonly first: number;
  readonly payload: Buffer;
  readonly key: Buffer;
  readonly isMasked: boolean;
  /** Bytes of the length, where the shortest form is not used. */
  readonly wide: 0 | 2 | 8;
}

function bytesOf({ first, payload, key, isMasked, wide }: Made): Buffer {
  const size = payload.length;
  const width = Math.max(wide, size < 126 ? 0 : 2);
  const length = Buffer.alloc(width);
  if (width === 2) length.writeUInt16BE(size);
  if (width === 8) length.writeUInt32BE(size, 4);
  const second = (isMasked ? 0x80 : 0) | (width === 0 ? size : width === 2 ? 126 : 127);
  const masked = payload.map((byte, i) => byte ^ (isMasked ? (key[i & 3] ?? 0) : 0));
  return Buffer.concat([Buffer.of(first, second), length, isMasked ? key : Buffer.of(), masked]);
}

const ascii = fc.string({ unit: "grapheme-ascii", maxLength: 300 }).map((text) => Buffer.from(text));
const unicode = fc.string({ unit: "binary", maxLength: 60 }).map((text) => Buffer.from(text));
const replacement = fc.constant(Buffer.from("\ufffd"));
const junk = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
const long = fc.integer({ min: LONGEST - 2, max: LONGEST + 2 }).map((size) => Buffer.alloc(size, "x"));
const close = fc
  .tuple(
    fc.constantFrom(1000, 1001, 1005, 3000, 999, 5000),
    unicode.map((text) => text.subarray(0, 100)),
  )
  .map(([code, reason]) => Buffer.concat([Buffer.of(code >> 8, code & 255), reason]));
const frame = (first: number | fc.Arbitrary<number>, payload: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc
    .record({
      first: typeof first === "number" ? fc.constant(first) : first,
      payload,
      key: fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
      isMasked: fc.integer({ max: 40 }).map((n) => n !== 0),
      wide: fc.constantFrom<(0 | 2 | 8)[]>(0, 0, 0, 0, 2, 8),
    })
    .map(bytesOf);

const good = fc.oneof(
  { weight: 12, arbitrary: frame(0x81, ascii) },
  { weight: 4, arbitrary: frame(0x81, fc.oneof(unicode, replacement)) },
  { weight: 2, arbitrary: frame(0x82, junk) },
  { weight: 2, arbitrary: frame(0x89, junk) },
  { weight: 1, arbitrary: frame(0x8a, junk) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        frame(0x01, ascii),
        fc.array(fc.oneof(frame(0x00, ascii), frame(0x89, junk)), { maxLength: 3 }),
        frame(0x80, ascii),
      )
      .map(([begin, middle, end]) => Buffer.concat([begin, ...middle, end])),
  },
);
const bad = fc.oneof(
  frame(fc.nat(255), junk),
  frame(0x81, fc.oneof(junk, long)),
  frame(0x01, fc.oneof(ascii, junk)),
  frame(0x80, junk),
  frame(0x88, fc.oneof(close, junk)),
  junk,
  fc.constant(Buffer.of(0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
);
/** Frames in the pieces in which they come: cut anywhere, and often where one ends. */
const chunks = fc
  .array(
    fc.record({
      bytes: fc.oneof({ weight: 8, arbitrary: good }, { weight: 1, arbitrary: bad }),
      cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      isLast: fc.boolean(),
    }),
    { maxLength: 16 },
  )
  .map((frames) => {
    const made: Buffer[][] = [[]];
    for (const { bytes, cut, isLast } of frames) {
      const at = cut === null ? bytes.length : Math.floor(cut * bytes.length);
      made.at(-1)?.push(bytes.subarray(0, at));
      if (cut !== null) made.push([bytes.subarray(at)]);
      if (isLast) made.push([]);
    }
    return made.map((parts) => Buffer.concat(parts)).filter(({ length }) => length > 0);
  });

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe("what clients send", () => {
  it.each([
    ["one chunk after another", true],
    ["several chunks at once", false],
  ])("is read as ws reads it, wherever it is cut: %s", async (_, takesTurns) => {
    const totals = { own: 0, other: 0 };
    await fc.assert(
      fc.asyncProperty(chunks, async (pieces) => {
        const [wanted, { said, reader, counts }] = [reference(), tested()];
        for (const piece of pieces) {
          wanted.read(Buffer.from(piece));
          lend(reader, piece);
          if (takesTurns) await tick();
        }
        await tick();
        expect(said).toEqual(wanted.said);
        totals.own += counts.own;
        totals.other += counts.other;
      }),
      { numRuns: 3_000 },
    );
    // Nearly all of it is what this is for.
    expect(totals.own).toBeGreaterThan(2_000);
    expect(totals.other).toBeGreaterThan(1_000);
  });

  const masked = (first: number, payload: Buffer) =>
    bytesOf({ first, payload, key: Buffer.from("key!"), isMasked: true, wide: 0 });
  const text = (size: number) => masked(0x81, Buffer.alloc(size, "x"));

  it("is left to ws if not even the head of a frame comes in one piece, and nothing is kept but a few bytes of it", () => {
    const { said, reader, counts } = tested();
    for (const size of [0, 1, 3, 125, 126, 600]) for (const byte of text(size)) reader.read(Buffer.of(byte));
    expect(counts.own).toBe(0);
    reader.read(Buffer.concat([text(5), text(900)]));
    expect(counts.own).toBe(2);
    expect(said.map(([, read]) => String(read).length)).toEqual([0, 1, 3, 125, 126, 600, 5, 900]);
  });

  it.each([
    ["a text", 6, text(60)],
    ["one that is long", 8, text(900)],
    ["one of several bytes a character", 6, masked(0x81, Buffer.from("é€🗝".repeat(10)))],
    ["one that is not UTF-8", 6, masked(0x81, Buffer.from([...Buffer.from("abc".repeat(15)), 0xc0, 0x80, 0x41]))],
    ["one that ends within a character", 6, masked(0x81, Buffer.from("abc€").subarray(0, 5))],
    ["a binary message", 6, masked(0x82, Buffer.alloc(50, 7))],
    ["a ping", 6, masked(0x89, Buffer.alloc(50, 7))],
  ])("is read as ws reads it, cut in two at every place: %s", async (_, head, middle) => {
    const isText = middle[0] === 0x81;
    const stream = Buffer.concat([text(7), middle, masked(0x89, Buffer.from("?")), text(9)]);
    for (let at = 1; at < stream.length; at++) {
      const [wanted, { said, reader, counts }] = [reference(), tested()];
      for (const piece of [stream.subarray(0, at), stream.subarray(at)]) {
        wanted.read(Buffer.from(piece));
        lend(reader, piece);
      }
      await tick();
      expect(said).toEqual(wanted.said);
      // Cut within its payload it is one of ours, unless something is wrong with it.
      const within = at - text(7).length;
      const isWrong = said.some(([what]) => what === "error");
      if (isText && !isWrong && within >= head && within < middle.length) expect(counts.own).toBeGreaterThanOrEqual(2);
    }
  });

  it.each([2, 3, 255, 256, 257, 258, 699, 700, 701, 702, 703, 800])(
    "is read as ws reads it in %i pieces",
    async (count) => {
      const [wanted, { said, reader, counts }] = [reference(), tested()];
      const frame = text(count + 20);
      const pieces = [frame.subarray(0, frame.length - count + 1)];
      for (let at = frame.length - count + 1; at < frame.length; at++) pieces.push(frame.subarray(at, at + 1));
      expect(pieces).toHaveLength(count);
      for (const piece of [...pieces, text(3)]) {
        wanted.read(Buffer.from(piece));
        lend(reader, piece);
      }
      await tick();
      expect(said).toEqual(wanted.said);
      // What cuts finer than ws takes it ends with an error there.
      if (said.length === 2) expect(counts.own).toBe(count <= 256 ? 2 : 1);
      else expect([said, count > 256]).toEqual([[["error", "WS_ERR_TOO_MANY_BUFFERED_PARTS"]], true]);
    },
  );

  it("takes no more memory than came of it, however much was promised", () => {
    const promise = masked(0x81, Buffer.alloc(LONGEST)).subarray(0, 9);
    const chunks = Array.from({ length: 2_000 }, () => Buffer.from(promise));
    const before = process.memoryUsage().arrayBuffers;
    const readers = chunks.map((chunk) => {
      const { reader } = tested();
      reader.read(chunk);
      return reader;
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan((readers.length * LONGEST) / 10);
  });

  it("is not read any more once it was stopped, within a frame or between two", () => {
    for (const at of [0, 20]) {
      const { said, reader } = tested();
      reader.read(text(100).subarray(0, at));
      reader.stop();
      reader.read(text(100).subarray(at));
      reader.read(text(3));
      expect(said).toEqual([]);
    }
  });
});
