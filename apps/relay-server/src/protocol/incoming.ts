import type { Socket } from "node:net";
import { limits } from "@countersign/wire";
import type { WebSocket } from "ws";
import type { DropReason } from "../observe/meter.ts";
import { handOver, type Receiver } from "./arrivals.ts";
import { dropReasonOf } from "./drop-reason.ts";
import { arrive } from "./end-of-turn.ts";
import { FrameReader } from "./frame-reader.ts";
import { readShared } from "./shared-reading.ts";

export interface IncomingOptions {
  readonly webSocket: WebSocket;
  readonly socket: Socket;
  readonly receiver: Receiver;
  ping(data: Buffer): void;
  pong(data: Buffer): void;
  /** What comes cannot be read any more; "close" follows. */
  broken(reason: DropReason): void;
}

/**
 * Reads what comes from a socket: most of it past the WebSocket, which is given what is not as simple as most. Messages are
 * handed over once all sockets of a turn have been read.
 */
export function readIncoming({ webSocket, socket, receiver, ...told }: IncomingOptions): void {
  let found = 0;
  const [listener] = socket.listeners("data");
  if (listener === undefined) throw new TypeError("a WebSocket that does not listen to its socket");
  const reader = new FrameReader({
    longest: limits.relayMessage,
    quick(bytes, start, end) {
      const message = receiver.read({ bytes, start, end });
      if (message !== undefined) arrive(receiver, message, end - start);
      return message !== undefined;
    },
    text: (text, bytes) => arrive(receiver, text, bytes),
    other(bytes) {
      found = 0;
      Reflect.apply(listener, socket, [bytes]);
      return found;
    },
  });
  socket.on("data", (chunk: Buffer) => reader.read(chunk));
  readShared(socket, (room, size) => reader.read(room, size));
  socket.off("data", listener as (chunk: Buffer) => void);
  webSocket.on("message", (data, isBinary) => {
    found++;
    // With the default binaryType, data is a Buffer, and if it is text, ws has checked that it is UTF-8.
    const bytes = data as Buffer;
    arrive(receiver, isBinary ? bytes.length : bytes.toString(), bytes.length);
  });
  webSocket.on("ping", (data) => {
    found++;
    told.ping(data);
  });
  webSocket.on("pong", (data) => {
    found++;
    told.pong(data);
  });
  // Lost sockets end in "close", too, and are no errors.
  webSocket.on("error", (error) => {
    reader.stop();
    // What came before it is worth what it was.
    handOver();
    const reason = dropReasonOf(error);
    if (reason !== undefined) told.broken(reason);
  });
  webSocket.on("close", handOver);
}
