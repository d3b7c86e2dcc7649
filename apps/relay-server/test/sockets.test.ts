import { once } from "node:events";
import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeDirectly } from "../src/protocol/direct-writing.ts";
import { readShared } from "../src/protocol/shared-reading.ts";
import { socketPair } from "./socket-pair.ts";

let near: Socket;
let far: Socket;

beforeEach(async () => {
  ({ near, far } = await socketPair());
});

afterEach(() => {
  near.destroy();
  far.destroy();
});

/** All that comes out of a socket from now on. */
function collect(socket: Socket): { all(): Buffer } {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  return { all: () => Buffer.concat(chunks) };
}

describe("reading into shared memory", () => {
  it("is what this Node offers, at the pace of who pauses, up to the end", async () => {
    const taken: Buffer[] = [];
    expect(readShared(near, (room, size) => void taken.push(Buffer.from(room.subarray(0, size))))).toBe(true);
    near.resume();
    far.write("one");
    await expect.poll(() => Buffer.concat(taken).toString()).toBe("one");
    near.pause();
    far.write("two");
    far.end();
    // Whatever is on its way arrives within some turns.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toHaveLength(1);
    const ended = once(near, "end");
    near.resume();
    await ended;
    expect(Buffer.concat(taken).toString()).toBe("onetwo");
  });

  it("leaves what had been read before to the listeners", async () => {
    const taken: Buffer[] = [];
    const { all } = collect(near);
    readShared(near, (room, size) => void taken.push(Buffer.from(room.subarray(0, size))));
    near.unshift(Buffer.from("before"));
    far.write("behind");
    await expect.poll(() => Buffer.concat(taken).toString()).toBe("behind");
    expect(all().toString()).toBe("before");
  });
});

describe("writing past the stream", () => {
  it("sends pieces in their order, as much as the system takes", async () => {
    far.pause();
    const piece = Buffer.alloc(1024 * 1024, "0123456789abcdef");
    const taken = writeDirectly(near, [Buffer.from("head"), ...Array.from({ length: 16 }, () => piece)]);
    expect(taken).toBeGreaterThan(4);
    expect(taken).toBeLessThan(16 * piece.length);
    const { all } = collect(far);
    far.resume();
    await expect.poll(() => all().length).toBe(taken);
    expect(all().equals(Buffer.concat([Buffer.from("head"), ...Array(16).fill(piece)]).subarray(0, taken))).toBe(true);
  });

  it("overtakes nothing that waits in the stream", () => {
    far.pause();
    near.write(Buffer.alloc(16 * 1024 * 1024));
    expect(near.writableLength).toBeGreaterThan(0);
    expect(writeDirectly(near, [Buffer.from("later")])).toBe(0);
  });

  it("does nothing to a socket that takes nothing, or is gone", async () => {
    far.pause();
    while (writeDirectly(near, [Buffer.alloc(1024 * 1024)]) > 0);
    expect(writeDirectly(near, [Buffer.from("more")])).toBe(0);
    near.destroy();
    await once(near, "close");
    expect(writeDirectly(near, [Buffer.from("more")])).toBe(0);
  });
});
