import { once } from "node:events";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { SharedText, Tail } from "../src/core/shared-texts.ts";
import { forgetFrames, frameOf, lasting, restOf, textFrame } from "../src/protocol/frame.ts";
import { giveRooms } from "../src/protocol/long-rooms.ts";

/** What a client reads from frames that were written to its socket. */
async function read(texts: readonly string[]): Promise<string[]> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (_, { socket }) => socket.write(Buffer.concat(texts.map(textFrame))));
  await once(server, "listening");
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const received: string[] = [];
  client.on("message", (data, isBinary) => received.push(isBinary ? "binary" : data.toString()));
  while (received.length < texts.length) await once(client, "message");
  client.terminate();
  server.close();
  return received;
}

it("is read by a client as the text that it was made of, at each length of a head", async () => {
  const texts = [0, 1, 125, 126, 65_535, 65_536, 100_000].map((size) => "x".repeat(size));
  expect(await read(texts)).toEqual(texts);
});

it("counts the bytes of UTF-8", async () => {
  const texts = ["é".repeat(63), "€".repeat(21_846), "🗝".repeat(31), `${"x".repeat(124)}é`, `é${"x".repeat(65_534)}`];
  expect(await read(texts)).toEqual(texts);
});

it("lasts until the end of the turn, and longer where it was copied", () => {
  forgetFrames();
  const short = textFrame("short");
  const copy = lasting(short);
  const wanted = Buffer.from(short);
  forgetFrames();
  const next = textFrame("other");
  expect(next.buffer).toBe(short.buffer);
  expect(short).not.toEqual(wanted);
  expect(copy).toEqual(wanted);
});

it("lies in memory that is used again if it is long, unless that was given away", () => {
  const text = (letter: string) => letter.repeat(20_000);
  forgetFrames();
  const mine = textFrame(text("a"));
  expect(lasting(mine)).toBe(mine);
  const wanted = Buffer.from(mine);
  giveRooms([mine]);
  forgetFrames();
  const next = textFrame(text("b"));
  const another = textFrame(text("c"));
  expect([next.buffer, another.buffer]).not.toContain(mine.buffer);
  expect(next.buffer).not.toBe(another.buffer);
  expect(mine).toEqual(wanted);
  forgetFrames();
  expect([next.buffer, another.buffer]).toContain(textFrame(text("d")).buffer);
});

it("that is long holds what its text holds, whatever its last characters are", () => {
  const end = fc.string({ unit: fc.constantFrom("x", "é", "€", "🗝", "\ud800"), maxLength: 12 });
  fc.assert(
    fc.property(end, fc.constantFrom("", "é"), fc.integer({ min: 20_450, max: 20_470 }), (last, first, size) => {
      const text = `${first}${"x".repeat(size)}${last}`;
      const frame = Buffer.from(textFrame(text));
      // The length is that of the bytes, in two of them.
      expect(frame.readUInt16BE(2)).toBe(frame.length - 4);
      expect(frame.subarray(4)).toEqual(Buffer.from(text));
      forgetFrames();
    }),
    { numRuns: 2_000 },
  );
});

it("is right in a turn in which more are made than are kept for the next", () => {
  const texts = Array.from({ length: 300 }, (_, i) => `${i}`.padStart(20_000, "x"));
  const frames = texts.map(textFrame);
  expect(frames.map((frame) => Buffer.from(frame.subarray(4)).toString())).toEqual(texts);
  forgetFrames();
});

it("that was made in a turn that goes on and on is left to the garbage collector", () => {
  forgetFrames();
  const first = textFrame("x".repeat(20_000));
  const others = () => Array.from({ length: 200 }, (_, i) => textFrame(`${i}`.padStart(20_000)).buffer);
  expect(others()).not.toContain(first.buffer);
  others();
  forgetFrames();
  expect(others()).not.toContain(first.buffer);
  forgetFrames();
});

it("of a text that is shared is made once in a turn, and again in the next", () => {
  const shared = new SharedText(
    { head: "for ", tail: new Tail(["all"]) },
    { codec: {}, seq: 1, previous: 0 },
    undefined,
  );
  const first = frameOf(shared);
  expect(frameOf(shared)).toBe(first);
  const wanted = Buffer.from(first);
  forgetFrames();
  textFrame("something else");
  expect(Buffer.from(frameOf(shared))).toEqual(wanted);
});

it("does not write over others, however many there are in a turn", () => {
  const texts = Array.from({ length: 400 }, (_, i) => `${i}`.padStart(15_000, "é"));
  const frames = texts.map(textFrame);
  expect(frames.map((frame) => Buffer.from(frame.subarray(4)).toString())).toEqual(texts);
});

const origin = { codec: {}, seq: 1, previous: 0 };

describe.each([
  ["short", ["é: the same ", "for all"]],
  ["long", ["for all: ", "x".repeat(20_000), "!"]],
  ["long and not ASCII", ["for all: ", "é".repeat(20_000), "!"]],
])("of texts with one tail that is %s", (_, parts) => {
  const bytesOf = (shared: SharedText) => Buffer.concat([frameOf(shared), restOf(shared) ?? Buffer.of()]);
  const made = () => {
    const tail = new Tail(parts);
    return ["for 1, ", "for number 2, "].map((head) => new SharedText({ head, tail }, origin, undefined));
  };

  it("is right, whether the tail was made in this turn or before", () => {
    const texts = made();
    for (let turn = 0; turn < 3; turn++) {
      for (const shared of [...texts, ...texts]) {
        const wanted = Buffer.from(textFrame(shared.text));
        expect(bytesOf(shared)).toEqual(wanted);
      }
      forgetFrames();
      textFrame("something else that was made before");
      textFrame("y".repeat(20_000));
    }
  });
});

it("has a tail of its own piece if that is long, and all who are sent it have the same one", () => {
  const tail = new Tail(["x".repeat(20_000)]);
  const [one, other] = ["1", "2"].map((head) => new SharedText({ head, tail }, origin, undefined));
  if (one === undefined || other === undefined) throw new Error("not there");
  expect(frameOf(one)).not.toBe(frameOf(other));
  expect(restOf(one)).toBe(restOf(other));
  expect(restOf(new SharedText({ head: "1", tail: new Tail(["short"]) }, origin, undefined))).toBeUndefined();
});
