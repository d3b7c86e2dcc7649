import type { Clock } from "../clock.ts";
import type { Feed } from "../core/feed.ts";
import type { GroupFeed } from "../core/group-feed.ts";
import type { Pump } from "../core/pump.ts";
import type { EventText } from "../core/shared-texts.ts";
import type { Filled } from "../core/template.ts";
import { reasonOf } from "../failure.ts";
import type { Account } from "../limits/account.ts";
import type { HeldAccount } from "../limits/accounts.ts";
import type { Limits } from "../limits/limits.ts";
import type { CloseReason, DropReason, PaceScope } from "../observe/meter.ts";
import { CloseCode, closeReasonOf } from "./close-code.ts";
import type { ConnectionOptions, ConnectionSurroundings } from "./connection-options.ts";
import type { Caller, Dialect, Task } from "./dialect.ts";
import { filledFrame, frameOf, restOf, textFrame } from "./frame.ts";
import { Incoming, type IncomingHost } from "./incoming.ts";
import { Intake, type IntakeHost } from "./intake.ts";
import type { LateWebSocket } from "./late-web-socket.ts";
import { Liveness, type LivenessHost } from "./liveness.ts";
import type { Message } from "./message.ts";
import type { Expected, ReadMessage, Span } from "./message-bytes.ts";
import { Turn, type TurnHost } from "./turn.ts";

/**
 * One client's WebSocket: what comes goes through the intake to the dialect, what the dialect and the feeds say is sent
 * at the end of the turn. What a client does not take stays in the logs, and who takes nothing at all is cut.
 *
 * Most connections are idle, so one takes as little memory as it can: its parts call it instead of functions that would be
 * made for each, what all have in common it has by one reference, and what most never need is made when it is.
 */
export class Connection implements Caller, IncomingHost, IntakeHost, TurnHost, LivenessHost {
  readonly dialect: Dialect;
  readonly address: string;
  readonly feeds = new Map<string, Feed>();
  expected: Expected | undefined;
  readonly #webSocket: LateWebSocket;
  readonly #surroundings: ConnectionSurroundings;
  readonly #held: HeldAccount;
  #groups: Map<string, GroupFeed> | undefined;
  readonly #intake: Intake;
  readonly #turn: Turn;
  readonly #liveness: Liveness;
  #isClosing = false;
  #closeReason: CloseReason = "client";
  #holds = 0;
  /** Who waits until it is closed. */
  #whenClosed: (() => void)[] | undefined;

  constructor(webSocket: LateWebSocket, surroundings: ConnectionSurroundings, options: ConnectionOptions) {
    const { dialect, address, held } = options;
    this.#webSocket = webSocket;
    this.#surroundings = surroundings;
    this.#held = held;
    this.dialect = dialect;
    this.address = address;
    held.account.countConnection(1);
    this.#turn = new Turn(webSocket, this);
    this.#intake = new Intake(this);
    this.#liveness = new Liveness(this, webSocket, surroundings);
    webSocket.listen(new Incoming(webSocket, this));
    surroundings.meter.connectionOpened(dialect.name);
    dialect.opened(this);
  }

  get groups(): Map<string, GroupFeed> {
    this.#groups ??= new Map();
    return this.#groups;
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

  deliver(text: string | EventText): void {
    this.#surroundings.meter.delivered(this.dialect.name, 1);
    if (typeof text === "string") this.#turn.send(textFrame(text));
    else this.#turn.send(frameOf(text), restOf(text));
  }

  schedule(pump: Pump): void {
    this.#turn.schedule(pump);
  }

  broken(error: unknown): void {
    this.#surroundings.log.error({ reason: reasonOf(error) }, "events could not be read");
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
    if (this.#intake.isStopped) return this.#surroundings.meter.dropped(this.dialect.name, "closing");
    this.#intake.receive(message, bytes);
  }

  /** Takes no more requests, waits until those that were taken are answered, and closes. */
  async finish(code: CloseCode, reason: string): Promise<void> {
    await this.#intake.finish();
    await this.close(code, reason);
  }

  /** Takes no more requests, sends what is there, and closes. */
  close(code: CloseCode, reason: string): Promise<void> {
    if (this.#webSocket.isClosed) return Promise.resolve();
    const closed = new Promise<void>((resolve) => {
      this.#whenClosed ??= [];
      this.#whenClosed.push(resolve);
    });
    this.#turn.flush();
    this.#end(closeReasonOf[code]);
    this.#webSocket.close(code, reason);
    return closed;
  }

  /** Cuts the connection without another word. */
  terminate(): void {
    this.#webSocket.terminate();
  }

  // What its parts ask of it, and tell it.

  get clock(): Clock {
    return this.#surroundings.clock;
  }

  get limits(): Limits {
    return this.#surroundings.limits;
  }

  get account(): Account {
    return this.#held.account;
  }

  get isListening(): boolean {
    return this.#intake.isReading;
  }

  get closesSilent(): boolean {
    return this.dialect.closesSilent;
  }

  canAnswer(): boolean {
    return this.#turn.hasRoom();
  }

  take(message: Message, bytes: number, task: Task): void {
    const { meter } = this.#surroundings;
    meter.received(this.dialect.name, bytes);
    if (typeof message === "string") return this.dialect.receive(this, message, task);
    if (typeof message === "object") return this.dialect.carryOut?.(this, message, task);
    meter.dropped(this.dialect.name, "binary");
    this.dialect.receiveBinary(this);
    task.refused();
    task.done();
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  paced(scope: PaceScope): void {
    this.#surroundings.meter.paced(scope);
  }

  pinged(data: Buffer): void {
    this.ponged(data);
    this.#turn.pong(data);
  }

  ponged(data: Buffer): void {
    this.#liveness.sign();
    if (!this.#isClosing) this.#intake.charge(data.length);
  }

  sent(bytes: number, frames: number): void {
    this.#surroundings.meter.sent(this.dialect.name, bytes, frames);
  }

  flushed(hasRoom: boolean): void {
    this.#liveness.sent();
    this.#intake.advance();
    // A socket that takes everything at once has nothing to drain.
    if (hasRoom) this.#wakeFeeds();
  }

  drained(): void {
    this.#liveness.sign();
    if (this.#isClosing) return;
    this.#intake.advance();
    this.#wakeFeeds();
  }

  unreadable(reason: DropReason): void {
    this.#surroundings.meter.dropped(this.dialect.name, reason);
    this.#end("protocol");
  }

  lost(reason: CloseReason): void {
    this.#end(reason);
    this.terminate();
  }

  silent(): void {
    void this.close(CloseCode.silent, `no call that worked within ${this.limits.silenceGrace} s`);
  }

  closed(code: number): void {
    const { connections, meter, log } = this.#surroundings;
    this.#end("client");
    this.#liveness.stop();
    this.dialect.closed(this);
    meter.connectionClosed(this.dialect.name, this.#closeReason);
    log.debug({ code }, "connection closed");
    connections.delete(this);
    this.#held.account.countConnection(-1);
    this.#held.release();
    for (const resolve of this.#whenClosed ?? []) resolve();
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

  #wakeFeeds(): void {
    for (const feed of this.feeds.values()) feed.wake();
    if (this.#groups === undefined) return;
    for (const feed of this.#groups.values()) feed.wake();
  }
}
