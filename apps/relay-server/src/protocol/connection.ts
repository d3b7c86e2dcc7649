import type { Socket } from "node:net";
import type { RawData, WebSocket } from "ws";
import type { Feed } from "../core/feed.ts";
import { messageOf } from "../failure.ts";
import type { Log } from "../log.ts";
import type { Caller, Dialect } from "./dialect.ts";

/** Bytes that may wait for a socket before its feeds and its own requests have to wait. */
const ROOM = 256 * 1024;
/** Characters and bytes that may wait for a socket whose client has no way to ask for them again. */
const MAX_WAITING = 4 * 1024 * 1024;

/** WebSocket close codes (RFC 6455, section 7.4.1, and its registry). */
export const CloseCode = { normal: 1000, internalError: 1011, serviceRestart: 1012, sessionExpired: 4000 } as const;

export interface ConnectionOptions {
  readonly socket: Socket;
  readonly dialect: Dialect;
  /** For limits only; never logged. */
  readonly address: string;
  readonly log: Log;
}

/**
 * One client's WebSocket. What is sent within one turn of the event loop leaves in one write. What a client does not
 * take stays in the logs; who is told things that are in none is cut when too much waits. A client's own requests are
 * not read while its answers wait.
 */
export class Connection implements Caller {
  readonly dialect: Dialect;
  readonly address: string;
  readonly feeds = new Map<string, Feed>();
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #log: Log;
  readonly #due = new Set<Feed>();
  #announced: string[] = [];
  #announcedSize = 0;
  #waiting: string[] = [];
  #waitingSize = 0;
  #isFlushPlanned = false;
  #isClosing = false;
  #holds = 0;
  /** Whether something came from the client, or went to it, since the last check. */
  #isAlive = true;

  constructor(webSocket: WebSocket, { socket, dialect, address, log }: ConnectionOptions) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#log = log;
    this.dialect = dialect;
    this.address = address;
    webSocket.on("message", (data, isBinary) => this.#onMessage(data, isBinary));
    webSocket.on("pong", () => this.#liven());
    webSocket.on("close", (code) => this.#onClose(code));
    // Broken frames and lost sockets end in "close", too; the reason is the client's affair.
    webSocket.on("error", () => undefined);
    socket.on("drain", () => this.#onDrain());
    dialect.opened(this);
  }

  get isOpen(): boolean {
    return !this.#isClosing;
  }

  hasRoom(): boolean {
    return !this.#isClosing && this.#holds === 0 && this.#waitingSize + this.#webSocket.bufferedAmount < ROOM;
  }

  send(text: string): void {
    if (this.#isClosing) return;
    this.#waiting.push(text);
    this.#waitingSize += text.length;
    // Now and not when it is flushed: one turn of the event loop may read a socket many times.
    if (this.#waitingSize >= ROOM) this.#webSocket.pause();
    this.#planFlush();
  }

  schedule(feed: Feed): void {
    this.#due.add(feed);
    this.#planFlush();
  }

  broken(error: unknown): void {
    this.#log.error({ reason: messageOf(error) }, "events could not be read");
    void this.close(CloseCode.internalError, "the relay failed");
  }

  announce(text: string): void {
    if (this.#isClosing) return;
    this.#announced.push(text);
    this.#announcedSize += text.length;
    if (this.#announcedSize + this.#waitingSize + this.#webSocket.bufferedAmount > MAX_WAITING) {
      this.#log.warn({}, "a connection that took too little was cut");
      this.#isClosing = true;
      return this.terminate();
    }
    this.#planFlush();
  }

  expired(session: string): void {
    void this.close(CloseCode.sessionExpired, `session ${session} expired`);
  }

  hold(): void {
    this.#holds++;
  }

  release(): void {
    this.#holds--;
    for (const feed of this.feeds.values()) feed.wake();
  }

  /** Asks for a sign of life; who has given none since it was asked the last time is cut. */
  check(): void {
    if (!this.#isAlive) return this.#webSocket.terminate();
    this.#isAlive = false;
    this.#webSocket.ping();
  }

  /** Takes no more requests, sends what is waiting, and closes. */
  close(code: number, reason: string): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#webSocket.once("close", () => resolve()));
    this.#sendAnnounced();
    this.#flush();
    this.#isClosing = true;
    this.#webSocket.close(code, reason);
    return closed;
  }

  /** Cuts the connection without another word. */
  terminate(): void {
    this.#webSocket.terminate();
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    this.#liven();
    if (this.#isClosing) return;
    if (isBinary) this.dialect.receiveBinary(this);
    // With the default binaryType, data is a Buffer, and ws has checked that it is UTF-8.
    else this.dialect.receive(this, data.toString());
  }

  #onClose(code: number): void {
    this.#isClosing = true;
    this.dialect.closed(this);
    this.#log.debug({ code }, "connection closed");
  }

  #onDrain(): void {
    this.#liven();
    if (this.#webSocket.isPaused) this.#webSocket.resume();
    for (const feed of this.feeds.values()) feed.wake();
  }

  #liven(): void {
    this.#isAlive = true;
  }

  #planFlush(): void {
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    setImmediate(() => {
      this.#isFlushPlanned = false;
      const due = [...this.#due];
      this.#due.clear();
      for (const feed of due) feed.run();
      this.#sendAnnounced();
      this.#flush();
    });
  }

  #sendAnnounced(): void {
    const texts = this.#announced;
    this.#announced = [];
    this.#announcedSize = 0;
    for (const text of texts) this.send(text);
  }

  #flush(): void {
    const texts = this.#waiting;
    if (texts.length === 0 || this.#isClosing) return;
    this.#waiting = [];
    this.#waitingSize = 0;
    this.#socket.cork();
    for (const text of texts) this.#webSocket.send(text);
    this.#socket.uncork();
    if (this.#webSocket.bufferedAmount >= ROOM) this.#webSocket.pause();
    else if (this.#webSocket.isPaused) this.#webSocket.resume();
  }
}
