import type { Socket } from "node:net";
import type { RawData, WebSocket } from "ws";
import type { Clock, Timer } from "../clock.ts";
import type { Feed } from "../core/feed.ts";
import type { GroupFeed } from "../core/group-feed.ts";
import type { Pump } from "../core/pump.ts";
import type { SharedText } from "../core/shared-texts.ts";
import { reasonOf } from "../failure.ts";
import type { Account } from "../limits/account.ts";
import type { Limits } from "../limits/limits.ts";
import type { Log } from "../log.ts";
import type { CloseReason, Meter } from "../observe/meter.ts";
import { CloseCode, closeReasonOf } from "./close-code.ts";
import type { Caller, Dialect, Task } from "./dialect.ts";
import { dropReasonOf } from "./drop-reason.ts";
import { atEndOfTurn } from "./end-of-turn.ts";
import { type Frame, frameOf, textFrame } from "./frame.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Intake, type Message } from "./intake.ts";
import { Outgoing } from "./outgoing.ts";
import { StallWatch } from "./stall-watch.ts";
import { takenBytes } from "./taken-bytes.ts";

/** What connections have in common. */
export interface ConnectionSurroundings {
  readonly clock: Clock;
  readonly limits: Limits;
  /** Seconds. */
  readonly pingInterval: number;
  readonly log: Log;
  readonly meter: Meter;
}

export interface ConnectionOptions extends ConnectionSurroundings {
  readonly socket: Socket;
  readonly dialect: Dialect;
  /** As `networkOf` writes it; for limits only, never logged. */
  readonly address: string;
  readonly account: Account;
}

/**
 * One client's WebSocket: what comes goes through the intake to the dialect, what the dialect and the feeds say is sent
 * at the end of the turn. What a client does not take stays in the logs, and who takes nothing at all is cut.
 */
export class Connection implements Caller {
  readonly dialect: Dialect;
  readonly address: string;
  readonly feeds = new Map<string, Feed>();
  readonly groups = new Map<string, GroupFeed>();
  readonly #webSocket: WebSocket;
  readonly #log: Log;
  readonly #meter: Meter;
  readonly #intake: Intake;
  readonly #outgoing: Outgoing;
  readonly #heartbeat: Heartbeat;
  readonly #stallWatch: StallWatch;
  #due = new Set<Pump>();
  #grace: Timer | undefined;
  #isFlushPlanned = false;
  #isClosing = false;
  #closeReason: CloseReason = "client";
  #holds = 0;
  // Made once, because there is a turn for every few messages.
  readonly #endTurn = (): void => {
    this.#isFlushPlanned = false;
    this.#runFeeds();
    this.#flush();
  };

  constructor(webSocket: WebSocket, options: ConnectionOptions) {
    const { socket, dialect, address, account, clock, limits, pingInterval, log, meter } = options;
    this.#webSocket = webSocket;
    this.#log = log;
    this.#meter = meter;
    this.dialect = dialect;
    this.address = address;
    this.#outgoing = new Outgoing({
      webSocket,
      socket,
      sent: (bytes, frames) => meter.sent(dialect.name, bytes, frames),
    });
    this.#intake = new Intake({
      clock,
      limits,
      account,
      hasRoom: () => this.#outgoing.hasRoom(),
      take: (message, bytes, task) => this.#take(message, bytes, task),
      pause: () => webSocket.pause(),
      resume: () => webSocket.resume(),
      paced: (scope) => meter.paced(scope),
    });
    this.#heartbeat = new Heartbeat({
      clock,
      interval: pingInterval * 1_000,
      ping: () => webSocket.ping(),
      isListening: () => this.#intake.isReading,
      dead: () => this.#cut("no-pong"),
    });
    this.#stallWatch = new StallWatch({
      clock,
      after: limits.stalledAfter * 1_000,
      isWaiting: () => webSocket.bufferedAmount > 0,
      progress: () => takenBytes(socket),
      stalled: () => this.#cut("stalled"),
    });
    if (dialect.closesSilent) {
      const reason = `no call that worked within ${limits.silenceGrace} s`;
      this.#grace = clock.after(limits.silenceGrace * 1_000, () => void this.close(CloseCode.silent, reason));
    }
    webSocket.on("message", (data, isBinary) => this.#onMessage(data, isBinary));
    webSocket.on("ping", (data) => this.#onPing(data));
    webSocket.on("pong", (data) => this.#onPong(data));
    webSocket.on("close", (code) => this.#onClose(code));
    webSocket.on("error", (error) => this.#onError(error));
    socket.on("drain", () => this.#onDrain());
    meter.connectionOpened(dialect.name);
    dialect.opened(this);
  }

  get isOpen(): boolean {
    return !this.#isClosing;
  }

  /** Bytes in memory that wait for the client. */
  get waiting(): number {
    return this.#outgoing.waiting;
  }

  hasRoom(): boolean {
    return !this.#isClosing && this.#holds === 0 && this.#outgoing.hasRoom();
  }

  send(text: string): void {
    this.#sendFrame(textFrame(text));
  }

  deliver(text: string | SharedText): void {
    this.#meter.delivered(this.dialect.name, 1);
    this.#sendFrame(typeof text === "string" ? textFrame(text) : frameOf(text));
  }

  schedule(pump: Pump): void {
    this.#due.add(pump);
    this.#planFlush();
  }

  broken(error: unknown): void {
    this.#log.error({ reason: reasonOf(error) }, "events could not be read");
    void this.close(CloseCode.internalError, "the relay failed");
  }

  ended(session: string, how: "aborted" | "expired"): void {
    void this.close(CloseCode.sessionEnded, `session ${session} ${how}`);
  }

  accept(): void {
    this.#grace?.cancel();
    this.#grace = undefined;
  }

  hold(): void {
    this.#holds++;
  }

  release(): void {
    this.#holds--;
    this.#wakeFeeds();
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
    this.#runFeeds();
    this.#flush();
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
    this.accept();
    this.#intake.stop();
    this.#outgoing.clear();
    this.#heartbeat.stop();
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    this.#heartbeat.sign();
    if (this.#intake.isStopped) return this.#meter.dropped(this.dialect.name, "closing");
    // With the default binaryType, data is a Buffer, and ws has checked that it is UTF-8.
    this.#intake.receive(isBinary ? (data as Buffer).length : data.toString());
  }

  #take(message: Message, bytes: number, task: Task): void {
    this.#meter.received(this.dialect.name, bytes);
    if (typeof message === "string") return this.dialect.receive(this, message, task);
    this.#meter.dropped(this.dialect.name, "binary");
    this.dialect.receiveBinary(this);
    task.done();
  }

  #onPing(data: Buffer): void {
    this.#heartbeat.sign();
    if (this.#isClosing) return;
    this.#intake.charge(data.length);
    this.#outgoing.pong(data);
    this.#planFlush();
  }

  #onPong(data: Buffer): void {
    this.#heartbeat.sign();
    if (!this.#isClosing) this.#intake.charge(data.length);
  }

  /** Broken frames and lost sockets end in "close", too. */
  #onError(error: Error): void {
    const reason = dropReasonOf(error);
    if (reason === undefined) return;
    this.#meter.dropped(this.dialect.name, reason);
    this.#end("protocol");
  }

  #onClose(code: number): void {
    this.#end("client");
    this.#stallWatch.stop();
    this.dialect.closed(this);
    this.#meter.connectionClosed(this.dialect.name, this.#closeReason);
    this.#log.debug({ code }, "connection closed");
  }

  #onDrain(): void {
    this.#heartbeat.sign();
    if (this.#isClosing) return;
    this.#intake.advance();
    this.#wakeFeeds();
  }

  #sendFrame(frame: Frame): void {
    if (this.#isClosing) return;
    this.#outgoing.send(frame);
    this.#planFlush();
  }

  #planFlush(): void {
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    atEndOfTurn(this.#endTurn);
  }

  #wakeFeeds(): void {
    for (const feed of this.feeds.values()) feed.wake();
    for (const feed of this.groups.values()) feed.wake();
  }

  #runFeeds(): void {
    const due = this.#due;
    this.#due = new Set();
    for (const pump of due) pump.run();
  }

  #flush(): void {
    if (this.#isClosing) return;
    const wasFull = !this.#outgoing.hasRoom();
    this.#outgoing.flush();
    this.#stallWatch.start();
    this.#intake.advance();
    // A socket that takes everything at once has nothing to drain.
    if (wasFull && this.#outgoing.hasRoom()) this.#wakeFeeds();
  }
}
