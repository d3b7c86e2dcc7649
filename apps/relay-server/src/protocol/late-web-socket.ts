import type { Socket } from "node:net";
import { type ServerOptions, WebSocket } from "ws";
import { readShared } from "./shared-reading.ts";

/** Who hears what becomes of a WebSocket. */
export interface WebSocketListener {
  /** So many bytes of a chunk have come. The chunk lasts as long as the call. */
  came(chunk: Buffer, size: number): void;
  /** Found in what was passed on. */
  message(data: Buffer, isBinary: boolean): void;
  pinged(data: Buffer): void;
  ponged(data: Buffer): void;
  /** What was passed on cannot be read. */
  failed(error: Error): void;
  /** The socket has taken all that waited. */
  drained(): void;
  /** Nothing comes or goes any more. */
  closed(code: number): void;
}

type Whole = WebSocket & { setSocket(socket: Socket, head: Buffer, options: ServerOptions): void };
/** What ws itself makes for a server is not in its types. */
const Whole = WebSocket as unknown as new (address: null, protocols: undefined, options: ServerOptions) => Whole;

const OWNER = Symbol("LateWebSocket");
type Owned = Socket & { [OWNER]: LateWebSocket };

const NOTHING = Buffer.alloc(0);
const PING = Buffer.of(0x89, 0);
const PONG = 0x8a;
/** The code of a connection that ends without one. */
const ABNORMAL = 1006;

/**
 * The WebSocket of an upgraded socket, of which there is no more than the socket until something is to be done that ws knows
 * best: to close it, or to read what is not simple. The objects of ws, with its streams for both ways and its listeners,
 * would be a fifth of what an idle connection takes, and most connections never need them. `WebSocketServer` makes these
 * in the place of its own.
 */
export class LateWebSocket {
  readonly #options: ServerOptions;
  #socket: Socket | undefined;
  listener: WebSocketListener | undefined;
  #whole: Whole | undefined;
  /** Where that one's bytes go. */
  #pass: ((bytes: Uint8Array) => void) | undefined;
  #isEnding = false;
  #isClosed = false;

  constructor(_address: null, _protocols: undefined, options: ServerOptions) {
    this.#options = options;
  }

  /** ws says so which one was chosen. */
  set _protocol(_name: string) {
    // Whoever needs it knows it from the route.
  }

  /** ws gives the socket when it has answered the request. */
  setSocket(socket: Socket, head: Buffer): void {
    this.#socket = socket;
    (socket as Owned)[OWNER] = this;
    socket.setTimeout?.(0);
    socket.setNoDelay?.();
    if (head.length > 0) socket.unshift(head);
  }

  get socket(): Socket {
    if (this.#socket === undefined) throw new TypeError("a WebSocket without a socket");
    return this.#socket;
  }

  get isOpen(): boolean {
    return this.#whole === undefined ? !this.#isEnding : this.#whole.readyState === this.#whole.OPEN;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Bytes that wait in the socket. */
  get bufferedAmount(): number {
    return this.socket.writableLength;
  }

  /** Begins to read; to be called right after the upgrade. */
  listen(listener: WebSocketListener): void {
    const { socket } = this;
    this.listener = listener;
    socket.on("close", onClose);
    socket.on("end", onEnd);
    socket.on("error", onError);
    socket.on("drain", onDrain);
    socket.on("data", onData);
    readShared(socket, onShared);
  }

  /** Gives bytes to ws, for good, and in the order in which they came. */
  pass(bytes: Uint8Array): void {
    this.#make();
    this.#pass?.(bytes);
  }

  pause(): void {
    if (this.#isClosed) return;
    if (this.#whole === undefined) this.socket.pause();
    else this.#whole.pause();
  }

  resume(): void {
    if (this.#isClosed) return;
    if (this.#whole === undefined) this.socket.resume();
    else this.#whole.resume();
  }

  ping(): void {
    if (this.#whole !== undefined) this.#whole.ping();
    else if (this.isOpen) this.socket.write(PING);
  }

  pong(data: Buffer): void {
    if (this.#whole !== undefined) this.#whole.pong(data);
    else if (this.isOpen) this.socket.write(Buffer.concat([Buffer.of(PONG, data.length), data]));
  }

  close(code: number, reason: string): void {
    if (this.#whole === undefined && this.#isEnding) return;
    this.#make().close(code, reason);
  }

  terminate(): void {
    if (this.#whole !== undefined) return this.#whole.terminate();
    this.#isEnding = true;
    this.socket.destroy();
  }

  #make(): Whole {
    if (this.#whole !== undefined) return this.#whole;
    const { socket } = this;
    const whole = new Whole(null, undefined, this.#options);
    this.#whole = whole;
    socket.off("close", onClose);
    socket.off("end", onEnd);
    socket.off("error", onError);
    const own = socket.listeners("data");
    whole.setSocket(socket, NOTHING, this.#options);
    // What comes goes where it went: ws reads no more of it than it is given.
    const theirs = socket.listeners("data").find((listener) => !own.includes(listener));
    if (theirs === undefined) throw new TypeError("a WebSocket that does not listen to its socket");
    socket.off("data", theirs as (chunk: Buffer) => void);
    this.#pass = (bytes) => Reflect.apply(theirs, socket, [bytes]);
    if (socket.isPaused()) whole.pause();
    // With the default binaryType, data is a Buffer.
    whole.on("message", (data, isBinary) => this.listener?.message(data as Buffer, isBinary));
    whole.on("ping", (data) => this.listener?.pinged(data));
    whole.on("pong", (data) => this.listener?.ponged(data));
    whole.on("error", (error) => this.listener?.failed(error));
    whole.on("close", (code) => this.#close(code));
    return whole;
  }

  #close(code: number): void {
    this.#isEnding = true;
    this.#isClosed = true;
    this.listener?.closed(code);
  }

  /** For the socket, which says so when its other side has ended. */
  ended(): void {
    this.#isEnding = true;
    // Sockets of an upgrade stay open on their own side.
    this.socket.end();
  }

  /** For the socket, too. */
  broke(): void {
    this.#isEnding = true;
    this.socket.destroy();
  }

  /** For the socket, too. */
  gone(): void {
    this.#close(ABNORMAL);
  }
}

// One function for all sockets: each closure would take as much memory as ten fields.

function onData(this: Socket, chunk: Buffer): void {
  (this as Owned)[OWNER].listener?.came(chunk, chunk.length);
}

function onShared(this: Socket, room: Buffer, size: number): void {
  (this as Owned)[OWNER].listener?.came(room, size);
}

function onDrain(this: Socket): void {
  (this as Owned)[OWNER].listener?.drained();
}

function onEnd(this: Socket): void {
  (this as Owned)[OWNER].ended();
}

function onError(this: Socket): void {
  (this as Owned)[OWNER].broke();
}

function onClose(this: Socket): void {
  (this as Owned)[OWNER].gone();
}
