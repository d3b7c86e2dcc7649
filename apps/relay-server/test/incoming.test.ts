import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { expect, it } from "vitest";
import type { WebSocket } from "ws";
import { readIncoming } from "../src/protocol/incoming.ts";

/** A text, or another frame, as a client sends it: under a key of zeros. */
const frame = (text: string, first = 0x81) =>
  Buffer.concat([Buffer.of(first, 0x80 | text.length, 0, 0, 0, 0), Buffer.from(text)]);

/** What is read from a socket, and what happens to the WebSocket beside it. */
function incoming() {
  const socket = new EventEmitter();
  const webSocket = new EventEmitter();
  const passed: Buffer[] = [];
  socket.on("data", (bytes: Buffer) => passed.push(bytes));
  const heard: unknown[] = [];
  readIncoming({
    webSocket: webSocket as unknown as WebSocket,
    socket: socket as unknown as Socket,
    receiver: { read: () => undefined, arrived: (message, bytes) => heard.push([message, bytes]) },
    ping: () => undefined,
    pong: () => undefined,
    broken: (reason) => heard.push(reason),
  });
  webSocket.on("close", () => heard.push("closed"));
  return { socket, webSocket, passed, heard };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it("hands over what has come to all sockets once they have been read", async () => {
  const [one, other] = [incoming(), incoming()];
  one.socket.emit("data", Buffer.concat([frame("first"), frame("second")]));
  other.socket.emit("data", frame("third"));
  expect([one.heard, other.heard]).toEqual([[], []]);
  await turn();
  expect(one.heard).toEqual([
    ["first", 5],
    ["second", 6],
  ]);
  expect(other.heard).toEqual([["third", 5]]);
});

it("hands over what came before the end, before it says that there is one", () => {
  const broken = incoming();
  broken.socket.emit("data", frame("before"));
  broken.webSocket.emit("error", Object.assign(new Error("bad"), { code: "WS_ERR_INVALID_OPCODE" }));
  expect(broken.heard).toEqual([["before", 6], "bad-frame"]);
  const closed = incoming();
  closed.socket.emit("data", frame("before"));
  closed.webSocket.emit("close", 1000);
  expect(closed.heard).toEqual([["before", 6], "closed"]);
});

it("hands over at once where more than a megabyte would wait", async () => {
  const { socket, heard } = incoming();
  const long = "x".repeat(60_000);
  const bytes = Buffer.concat([Buffer.of(0x81, 0xfe, 60_000 >> 8, 60_000 & 255, 0, 0, 0, 0), Buffer.from(long)]);
  for (let i = 0; i < 18; i++) socket.emit("data", Buffer.from(bytes));
  expect(heard).toHaveLength(17);
  await turn();
  expect(heard).toHaveLength(18);
});

it("gives the WebSocket what it can keep", () => {
  const { socket, passed } = incoming();
  const binary = frame("binary", 0x82);
  const lent = Buffer.from(binary);
  socket.emit("data", lent);
  lent.fill(0);
  expect(passed).toEqual([binary]);
});
