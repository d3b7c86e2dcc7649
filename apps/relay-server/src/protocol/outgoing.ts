import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { WebSocket } from "ws";
import { type Frame, lasting } from "./frame.ts";

/** Bytes that may wait for a socket before its feeds and its own requests have to wait. */
const ROOM = 256 * 1024;
/** Frames of this size on average are handed to the socket one by one: copying them together would cost more. */
const LARGE = 8 * 1024;

export interface OutgoingOptions {
  readonly webSocket: WebSocket;
  readonly socket: Socket;
  /** So much was handed to the socket. */
  sent(bytes: number, frames: number): void;
}

/**
 * What waits for a client. What is sent within one turn of the event loop leaves in one write, past the WebSocket, which
 * would make two of each frame.
 */
export class Outgoing {
  readonly #options: OutgoingOptions;
  #frames: Frame[] = [];
  #size = 0;
  /** The newest ping without a pong: older ones need none (RFC 6455, section 5.5.3), and so a flood costs little. */
  #ping: Buffer | undefined;

  constructor(options: OutgoingOptions) {
    this.#options = options;
  }

  /** Bytes that wait, here and in the socket. */
  get waiting(): number {
    return this.#size + this.#options.webSocket.bufferedAmount;
  }

  hasRoom(): boolean {
    return this.#size + this.#options.webSocket.bufferedAmount < ROOM;
  }

  send(frame: Frame): void {
    this.#frames.push(frame);
    this.#size += frame.length;
  }

  pong(ping: Buffer): void {
    this.#ping = ping;
  }

  flush(): void {
    const frames = this.#frames;
    const ping = this.#ping;
    const size = this.#size;
    this.#frames = [];
    this.#size = 0;
    this.#ping = undefined;
    if (frames.length === 0 && ping === undefined) return;
    const { webSocket, socket, sent } = this.#options;
    if (webSocket.readyState !== webSocket.OPEN) return;
    if (ping !== undefined) webSocket.pong(ping);
    if (frames.length === 0) return;
    if (size < LARGE * frames.length) writeTogether(socket, frames, size);
    else writeEach(socket, frames);
    sent(size, frames.length);
  }

  clear(): void {
    this.#frames = [];
    this.#size = 0;
    this.#ping = undefined;
  }
}

/** Where frames are put together for sockets that take them at once, so that this costs no memory. */
let table = Buffer.allocUnsafeSlow(64 * 1024);

function writeTogether(socket: Socket, frames: readonly Frame[], size: number): void {
  const mayWait = socket.writableLength > 0 || socket instanceof TLSSocket;
  if (mayWait || size > table.length) return void socket.write(Buffer.concat(frames, size));
  let at = 0;
  for (const frame of frames) {
    table.set(frame, at);
    at += frame.length;
  }
  socket.write(table.subarray(0, size));
  // What is left of it is the socket's now.
  if (socket.writableLength > 0) table = Buffer.allocUnsafeSlow(table.length);
}

function writeEach(socket: Socket, frames: readonly Frame[]): void {
  socket.cork();
  for (const frame of frames) socket.write(lasting(frame));
  socket.uncork();
}
