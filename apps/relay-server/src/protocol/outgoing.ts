import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { writeDirectly } from "./direct-writing.ts";
import { type Frame, lasting } from "./frame.ts";
import type { LateWebSocket } from "./late-web-socket.ts";
import { giveRooms } from "./long-rooms.ts";

/** Bytes that may wait for a socket before its feeds and its own requests have to wait. */
const ROOM = 256 * 1024;
/** Frames of this size on average are handed to the socket one by one: copying them together would cost more. */
const LARGE = 8 * 1024;

/** Whom it is told what was sent. */
export interface OutgoingHost {
  /** So much was handed to the socket. */
  sent(bytes: number, frames: number): void;
}

/**
 * What waits for a client. What is sent within one turn of the event loop leaves in one write, past the WebSocket, which
 * would make two of each frame.
 */
export class Outgoing {
  readonly #webSocket: LateWebSocket;
  readonly #host: OutgoingHost;
  /** Frames, some of them in two pieces. */
  #pieces: Uint8Array[] = [];
  #frames = 0;
  #size = 0;
  /** The newest ping without a pong: older ones need none (RFC 6455, section 5.5.3), and so a flood costs little. */
  #ping: Buffer | undefined;

  constructor(webSocket: LateWebSocket, host: OutgoingHost) {
    this.#webSocket = webSocket;
    this.#host = host;
  }

  /** Bytes that wait, here and in the socket. */
  get waiting(): number {
    return this.#size + this.#webSocket.bufferedAmount;
  }

  hasRoom(): boolean {
    return this.#size + this.#webSocket.bufferedAmount < ROOM;
  }

  send(frame: Frame, rest?: Uint8Array): void {
    this.#frames++;
    this.#pieces.push(frame);
    this.#size += frame.length;
    if (rest === undefined) return;
    this.#pieces.push(rest);
    this.#size += rest.length;
  }

  pong(ping: Buffer): void {
    this.#ping = ping;
  }

  flush(): void {
    const pieces = this.#pieces;
    const frames = this.#frames;
    const ping = this.#ping;
    const size = this.#size;
    this.clear();
    if (frames === 0 && ping === undefined) return;
    const webSocket = this.#webSocket;
    if (!webSocket.isOpen) return;
    if (ping !== undefined) webSocket.pong(ping);
    if (frames === 0) return;
    const { socket } = webSocket;
    if (size < LARGE * frames) writeTogether(socket, pieces, size);
    else writeEach(socket, pieces);
    this.#host.sent(size, frames);
  }

  clear(): void {
    this.#pieces = [];
    this.#frames = 0;
    this.#size = 0;
    this.#ping = undefined;
  }
}

/** Where frames are put together for sockets that take them at once, so that this costs no memory. */
const table = Buffer.allocUnsafeSlow(2 * ROOM);

function writeTogether(socket: Socket, pieces: readonly Uint8Array[], size: number): void {
  const all = size > table.length ? Buffer.concat(pieces, size) : together(pieces);
  const taken = writeDirectly(socket, all, size);
  if (taken < size) socket.write(Buffer.from(all.subarray(taken, size)));
}

function together(pieces: readonly Uint8Array[]): Uint8Array {
  const first = pieces[0];
  if (pieces.length === 1 && first !== undefined) return first;
  let at = 0;
  for (const piece of pieces) {
    table.set(piece, at);
    at += piece.length;
  }
  return table;
}

function writeEach(socket: Socket, pieces: readonly Uint8Array[]): void {
  let taken = writeDirectly(socket, pieces);
  socket.cork();
  for (const piece of pieces) {
    if (taken < piece.length) socket.write(lasting(piece.subarray(taken)));
    taken = Math.max(0, taken - piece.length);
  }
  socket.uncork();
  // What it did not take at once it reads later.
  if (socket.writableLength > 0 || socket instanceof TLSSocket) giveRooms(pieces);
}
