import type { WebSocket } from "ws";
import type { Feed } from "../core/feed.ts";
import type { GroupFeed } from "../core/group-feed.ts";
import type { Pump } from "../core/pump.ts";
import type { SharedText } from "../core/shared-texts.ts";
import type { Filled } from "../core/template.ts";
import { reasonOf } from "../failure.ts";
import type { Log } from "../log.ts";
import type { CloseReason, Meter } from "../observe/meter.ts";
import type { Receiver } from "./arrivals.ts";
import { CloseCode, closeReasonOf } from "./close-code.ts";
import type { ConnectionOptions } from "./connection-options.ts";
import type { Caller, Dialect, Task } from "./dialect.ts";
import { filledFrame, frameOf, restOf, textFrame } from "./frame.ts";
import { readIncoming } from "./incoming.ts";
import { Intake } from "./intake.ts";
import { Liveness } from "./liveness.ts";
import type { Message } from "./message.ts";
import type { Expected, ReadMessage, Span } from "./message-bytes.ts";
import { Turn } from "./turn.ts";

/**
 * One client's WebSocket: what comes goes through the intake to the dialect, what the dialect and the feeds say is sent
 * at the end of the turn. What a client does not take stays in the logs, and who takes nothing at all is cut.
 */
export class Connection implements Caller, Receiver {
  readonly dialect: Dialect;
  readonly address: string;
  readonly feeds = new Map<string, Feed>();
  readonly groups = new Map<string, GroupFeed>();
  expected: Expected | undefined;
  readonly #webSocket: WebSocket;
  readonly #log: Log;
  readonly #meter: Meter;
  readonly #intake: Intake;
  readonly #turn: Turn;
  readonly #liveness: Liveness;
  #isClosing = false;
  #closeReason: CloseReason = "client";
  #holds = 0;

  constructor(webSocket: WebSocket, options: ConnectionOptions) {
    const { socket, dialect, address, account, clock, limits, log, meter } = options;
    this.#webSocket = webSocket;
    this.#log = log;
    this.#meter = meter;
    this.dialect = dialect;
    this.address = address;
    this.#turn = new Turn({
      webSocket,
      socket,
      sent: (bytes, frames) => meter.sent(dialect.name, bytes, frames),
      flushed: (hasRoom) => this.#onFlushed(hasRoom),
    });
    this.#intake = new Intake({
      clock,
      limits,
      account,
      hasRoom: () => this.#turn.hasRoom(),
      take: (message, bytes, task) => this.#take(message, bytes, task),
      pause: () => webSocket.pause(),
      resume: () => webSocket.resume(),
      paced: (scope) => meter.paced(scope),
    });
    const silent = `no call that worked within ${limits.silenceGrace} s`;
    this.#liveness = new Liveness({
      ...options,
      webSocket,
      isListening: () => this.#intake.isReading,
      lost: (reason) => this.#cut(reason),
      silent: dialect.closesSilent ? () => void this.close(CloseCode.silent, silent) : undefined,
    });
    readIncoming({
      webSocket,
      socket,
      receiver: this,
      ping: (data) => this.#onPing(data),
      pong: (data) => this.#onPong(data),
      broken: (reason) => {
        meter.dropped(dialect.name, reason);
        this.#end("protocol");
      },
    });
    webSocket.on("close", (code) => this.#onClose(code));
    socket.on("drain", () => this.#onDrain());
    meter.connectionOpened(dialect.name);
    dialect.opened(this);
  }

  get isOpen(): boolean {
    return !this.#isClosing;
  }

  /** Bytes in memory that wait for the client. */
  get waiting(): number {
    return this.#turn.waiting;
  }

  hasRoom(): boolean {
    return !this.#isClosing && this.#holds === 0 && this.#turn.hasRoom();
  }

  send(text: string): void {
    this.#turn.send(textFrame(text));
  }

  sendFilled(filled: Filled): void {
    this.#turn.send(filledFrame(filled));
  }

  deliver(text: string | SharedText): void {
    this.#meter.delivered(this.dialect.name, 1);
    if (typeof text === "string") this.#turn.send(textFrame(text));
    else this.#turn.send(frameOf(text), restOf(text));
  }

  schedule(pump: Pump): void {
    this.#turn.schedule(pump);
  }

  broken(error: unknown): void {
    this.#log.error({ reason: reasonOf(error) }, "events could not be read");
    void this.close(CloseCode.internalError, "the relay failed");
  }

  ended(session: string, how: "aborted" | "expired"): void {
    void this.close(CloseCode.sessionEnded, `session ${session} ${how}`);
  }

  expelled(): void {
    void this.close(CloseCode.serviceRestart, "other nodes took this connection for gone");
  }

  accept(): void {
    this.#liveness.accept();
  }

  hold(): void {
    this.#holds++;
  }

  release(): void {
    this.#holds--;
    this.#wakeFeeds();
  }

  read(span: Span): ReadMessage | undefined {
    return this.dialect.read?.(this, span);
  }

  arrived(message: Message, bytes: number): void {
    this.#liveness.sign();
    if (this.#intake.isStopped) return this.#meter.dropped(this.dialect.name, "closing");
    this.#intake.receive(message, bytes);
  }

  /** Takes no more requests, waits until those that were taken are answered, and closes. */
  async finish(code: CloseCode, reason: string): Promise<void> {
    await this.#intake.finish();
    await this.close(code, reason);
  }

  /** Takes no more requests, sends what is there, and closes. */
  close(code: CloseCode, reason: string): Promise<void> {
    if (this.#webSocket.readyState === this.#webSocket.CLOSED) return Promise.resolve();
    const closed = new Promise<void>((resolve) => this.#webSocket.once("close", () => resolve()));
    this.#turn.flush();
    this.#end(closeReasonOf[code]);
    this.#webSocket.close(code, reason);
    return closed;
  }

  /** Cuts the connection without another word. */
  terminate(): void {
    this.#webSocket.terminate();
  }

  #cut(reason: CloseReason): void {
    this.#end(reason);
    this.terminate();
  }

  /** Nothing is taken in or sent any more. */
  #end(reason: CloseReason): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#closeReason = reason;
    this.#intake.stop();
    this.#turn.stop();
    this.#liveness.finish();
  }

  #take(message: Message, bytes: number, task: Task): void {
    this.#meter.received(this.dialect.name, bytes);
    if (typeof message === "string") return this.dialect.receive(this, message, task);
    if (typeof message === "object") return this.dialect.carryOut?.(this, message, task);
    this.#meter.dropped(this.dialect.name, "binary");
    this.dialect.receiveBinary(this);
    task.done();
  }

  #onPing(data: Buffer): void {
    this.#onPong(data);
    this.#turn.pong(data);
  }

  #onPong(data: Buffer): void {
    this.#liveness.sign();
    if (!this.#isClosing) this.#intake.charge(data.length);
  }

  #onClose(code: number): void {
    this.#end("client");
    this.#liveness.stop();
    this.dialect.closed(this);
    this.#meter.connectionClosed(this.dialect.name, this.#closeReason);
    this.#log.debug({ code }, "connection closed");
  }

  #onDrain(): void {
    this.#liveness.sign();
    if (this.#isClosing) return;
    this.#intake.advance();
    this.#wakeFeeds();
  }

  #wakeFeeds(): void {
    for (const feed of this.feeds.values()) feed.wake();
    for (const feed of this.groups.values()) feed.wake();
  }

  #onFlushed(hasRoom: boolean): void {
    this.#liveness.sent();
    this.#intake.advance();
    // A socket that takes everything at once has nothing to drain.
    if (hasRoom) this.#wakeFeeds();
  }
}
