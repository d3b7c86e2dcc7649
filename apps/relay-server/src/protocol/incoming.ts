import { limits } from "@countersign/wire";
import type { DropReason } from "../observe/meter.ts";
import { handOver, type Receiver } from "./arrivals.ts";
import { dropReasonOf } from "./drop-reason.ts";
import { arrive } from "./end-of-turn.ts";
import { FrameReader, type FrameSink } from "./frame-reader.ts";
import type { LateWebSocket, WebSocketListener } from "./late-web-socket.ts";

/** Whom it is told what comes from a client. */
export interface IncomingHost extends Receiver {
  pinged(data: Buffer): void;
  ponged(data: Buffer): void;
  /** The socket has taken all that waited. */
  drained(): void;
  /** What comes cannot be read any more; `closed` follows. */
  unreadable(reason: DropReason): void;
  closed(code: number): void;
}

/**
 * Reads what comes from a socket: most of it past ws, which is given what is not as simple as most. Messages are handed over
 * once all sockets of a turn have been read.
 */
export class Incoming implements WebSocketListener, FrameSink {
  readonly #webSocket: Pick<LateWebSocket, "pass">;
  readonly #host: IncomingHost;
  readonly #reader: FrameReader = new FrameReader(this);
  #found = 0;

  constructor(webSocket: Pick<LateWebSocket, "pass">, host: IncomingHost) {
    this.#webSocket = webSocket;
    this.#host = host;
  }

  get longest(): number {
    return limits.relayMessage;
  }

  came(chunk: Buffer, size: number): void {
    this.#reader.read(chunk, size);
  }

  quick(bytes: Buffer, start: number, end: number): boolean {
    const message = this.#host.read({ bytes, start, end });
    if (message !== undefined) arrive(this.#host, message, end - start);
    return message !== undefined;
  }

  text(text: string, bytes: number): void {
    arrive(this.#host, text, bytes);
  }

  other(bytes: Uint8Array): number {
    this.#found = 0;
    this.#webSocket.pass(bytes);
    return this.#found;
  }

  message(data: Buffer, isBinary: boolean): void {
    this.#found++;
    // If it is text, ws has checked that it is UTF-8.
    arrive(this.#host, isBinary ? data.length : data.toString(), data.length);
  }

  pinged(data: Buffer): void {
    this.#found++;
    this.#host.pinged(data);
  }

  ponged(data: Buffer): void {
    this.#found++;
    this.#host.ponged(data);
  }

  // Lost sockets end in `closed`, too, and are no errors.
  failed(error: Error): void {
    this.#reader.stop();
    // What came before it is worth what it was.
    handOver();
    const reason = dropReasonOf(error);
    if (reason !== undefined) this.#host.unreadable(reason);
  }

  drained(): void {
    this.#host.drained();
  }

  closed(code: number): void {
    handOver();
    this.#host.closed(code);
  }
}
