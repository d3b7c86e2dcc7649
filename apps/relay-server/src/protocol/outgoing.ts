import type { Socket } from "node:net";
import type { WebSocket } from "ws";

/** Bytes that may wait for a socket before its feeds and its own requests have to wait. */
const ROOM = 256 * 1024;
/** Characters and bytes that may wait for a socket whose client has no way to ask for them again. */
const MAX_WAITING = 4 * 1024 * 1024;

export interface OutgoingOptions {
  readonly webSocket: WebSocket;
  readonly socket: Socket;
  /** So much was handed to the socket. */
  sent(bytes: number, frames: number): void;
}

/** What waits for a client. What is sent within one turn of the event loop leaves in one write. */
export class Outgoing {
  readonly #options: OutgoingOptions;
  #texts: string[] = [];
  #size = 0;
  #announced: string[] = [];
  #announcedSize = 0;
  /** The newest ping without a pong: older ones need none (RFC 6455, section 5.5.3), and so a flood costs little. */
  #ping: Buffer | undefined;

  constructor(options: OutgoingOptions) {
    this.#options = options;
  }

  /** Characters and bytes that wait, here and in the socket. */
  get waiting(): number {
    return this.#size + this.#announcedSize + this.#options.webSocket.bufferedAmount;
  }

  hasRoom(): boolean {
    return this.#size + this.#options.webSocket.bufferedAmount < ROOM;
  }

  send(text: string): void {
    this.#texts.push(text);
    this.#size += text.length;
  }

  /** Puts a text behind everything that is sent in this turn. False: too much waits. */
  announce(text: string): boolean {
    this.#announced.push(text);
    this.#announcedSize += text.length;
    return this.waiting <= MAX_WAITING;
  }

  pong(ping: Buffer): void {
    this.#ping = ping;
  }

  flush(): void {
    for (const text of this.#announced) this.send(text);
    this.#announced = [];
    this.#announcedSize = 0;
    const texts = this.#texts;
    const ping = this.#ping;
    const size = this.#size;
    this.#texts = [];
    this.#size = 0;
    this.#ping = undefined;
    if (texts.length === 0 && ping === undefined) return;
    const { webSocket, socket, sent } = this.#options;
    socket.cork();
    if (ping !== undefined) webSocket.pong(ping);
    for (const text of texts) webSocket.send(text);
    socket.uncork();
    sent(size, texts.length);
  }

  clear(): void {
    this.#texts = [];
    this.#size = 0;
    this.#announced = [];
    this.#announcedSize = 0;
    this.#ping = undefined;
  }
}
