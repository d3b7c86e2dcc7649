import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { SharedText, Tail } from "../src/core/shared-texts.ts";
import { forgetFrames, frameOf, lasting, textFrame } from "../src/protocol/frame.ts";

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

it("lasts until the end of the turn, and longer where it was copied or is large", () => {
  forgetFrames();
  const [short, long] = [textFrame("short"), textFrame("x".repeat(20_000))];
  const copy = lasting(short);
  const wanted = Buffer.from(short);
  expect(lasting(long)).toBe(long);
  const before = Buffer.from(long);
  forgetFrames();
  const next = textFrame("other");
  expect(next.buffer).toBe(short.buffer);
  expect(short).not.toEqual(wanted);
  expect(copy).toEqual(wanted);
  expect(long).toEqual(before);
});

it("of a text that is shared is made once in a turn, and again in the next", () => {
  const shared = new SharedText({ head: "for ", tail: new Tail("all") }, { codec: {}, seq: 1, previous: 0 }, undefined);
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

it("of texts with one tail is right, whether the tail was made in this turn, before, or is long", () => {
  const origin = { codec: {}, seq: 1, previous: 0 };
  for (const tail of [new Tail("é: the same for all"), new Tail("x".repeat(20_000))]) {
    const [one, other] = ["for 1, ", "for number 2, "].map((head) => new SharedText({ head, tail }, origin, undefined));
    for (const shared of [one, other, one]) {
      if (shared === undefined) continue;
      expect(
        Buffer.from(frameOf(shared))
          .subarray(tail.text.length < 100 ? 2 : 4)
          .toString(),
      ).toBe(shared.text);
      textFrame("something in between");
    }
    forgetFrames();
    textFrame("something else that was made before");
    for (const shared of [other, one]) {
      if (shared === undefined) continue;
      expect(
        Buffer.from(frameOf(shared))
          .subarray(tail.text.length < 100 ? 2 : 4)
          .toString(),
      ).toBe(shared.text);
    }
  }
});
