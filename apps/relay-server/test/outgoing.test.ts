import type { Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { SharedText, Tail } from "../src/core/shared-texts.ts";
import { forgetFrames, frameOf, restOf, textFrame } from "../src/protocol/frame.ts";
import type { LateWebSocket } from "../src/protocol/late-web-socket.ts";
import { Outgoing } from "../src/protocol/outgoing.ts";
import { socketPair } from "./socket-pair.ts";

const TURNS = 200;
const origin = { codec: {}, seq: 1, previous: 0 };

let near: Socket;
let far: Socket;

beforeEach(async () => {
  ({ near, far } = await socketPair());
});

afterEach(() => {
  near.destroy();
  far.destroy();
});

/** What is sent to a client, and what was meant. */
function outgoing() {
  const webSocket = { isOpen: true, bufferedAmount: 0, socket: near } as LateWebSocket;
  const counted = { bytes: 0, frames: 0 };
  const sent = (bytes: number, frames: number) => {
    counted.bytes += bytes;
    counted.frames += frames;
  };
  const out = new Outgoing(webSocket, { sent });
  const wanted: Buffer[] = [];
  const send = (frame: Uint8Array, rest?: Uint8Array) => {
    out.send(frame, rest);
    wanted.push(Buffer.from(frame), Buffer.from(rest ?? []));
  };
  return { out, counted, wanted, send };
}

it("is what was meant, however little of it the socket takes at a time and whatever was made since", async () => {
  const { out, counted, wanted, send } = outgoing();
  far.pause();
  let stalled = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    for (const size of [20_000, 40_000]) {
      const tail = new Tail(["begin ", `${turn}`.padStart(size, "abcdefgh"), " end"]);
      const shared = new SharedText({ head: `${turn}: `, tail }, origin, undefined);
      send(frameOf(shared), restOf(shared));
    }
    send(textFrame(`${turn}`));
    if (turn % 3 === 0) send(textFrame(`${turn}`.padStart(17_000, "x")));
    out.flush();
    forgetFrames();
    if (near.writableLength > 0) stalled++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(stalled).toBeGreaterThan(TURNS / 2);
  const all = Buffer.concat(wanted);
  const received: Buffer[] = [];
  let size = 0;
  far.on("data", (chunk: Buffer) => {
    received.push(chunk);
    size += chunk.length;
  });
  far.resume();
  await expect.poll(() => size).toBe(all.length);
  expect(Buffer.concat(received).equals(all)).toBe(true);
  expect(counted).toEqual({ bytes: all.length, frames: 3 * TURNS + Math.ceil(TURNS / 3) });
});

it("counts all pieces as what waits, and forgets them at once", () => {
  const { out, send } = outgoing();
  const shared = new SharedText({ head: "", tail: new Tail(["x".repeat(20_000)]) }, origin, undefined);
  send(frameOf(shared), restOf(shared));
  expect(out.waiting).toBe(20_004);
  out.clear();
  expect(out.waiting).toBe(0);
  forgetFrames();
});
