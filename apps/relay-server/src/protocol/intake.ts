import { dialectLimits } from "@countersign/rpc";
import type { Clock, Timer } from "../clock.ts";
import type { Account, Waiter } from "../limits/account.ts";
import { Allowance } from "../limits/allowance.ts";
import type { Limits } from "../limits/limits.ts";
import { Refusals } from "../limits/refusals.ts";
import type { PaceScope } from "../observe/meter.ts";
import type { Task } from "./dialect.ts";
import { type Message, sizeOfMessage } from "./message.ts";
import { Unanswered, type UnansweredHost } from "./unanswered.ts";

/** Whose messages they are. */
export interface IntakeHost {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly account: Account;
  /** Whether answers can be sent. When they can again, `advance` is called. */
  canAnswer(): boolean;
  /** Carries a message out. */
  take(message: Message, bytes: number, task: Task): void;
  pause(): void;
  resume(): void;
  paced(scope: PaceScope): void;
}

/**
 * The way of a client's messages into the relay. Nothing is refused for coming too fast: while there is no room for the
 * next message the socket is not read, and what had been read by then (one chunk of the socket, at most) waits here.
 */
export class Intake implements Waiter, UnansweredHost {
  readonly #host: IntakeHost;
  readonly #allowance: Allowance;
  readonly #messages: Message[] = [];
  /** Of the first message, and when it was looked at whether there is room for it. */
  #bytes = 0;
  #now = 0;
  readonly #unanswered = new Unanswered(this);
  /** Made when something is refused, which to most never happens. */
  #refusals: Refusals | undefined;
  #timer: Timer | undefined;
  /** What the first message waits for. */
  #obstacle: PaceScope | undefined;
  #isGranted = false;
  #isPaused = false;
  #isStopped = false;

  constructor(host: IntakeHost) {
    this.#host = host;
    this.#allowance = new Allowance(host.limits.messagesPerSecond, host.limits.bytesPerSecond);
  }

  /** Whether the socket is read. */
  get isReading(): boolean {
    return !this.#isPaused;
  }

  /** Whether messages are thrown away. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Bytes of the first message, for the account. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a message in, now or when there is room for it. */
  receive(message: Message, bytes: number): void {
    if (this.#isStopped) return;
    const waits = this.#messages.length > 0 || this.#obstacle !== undefined || !this.#admits(bytes);
    if (waits) return void this.#messages.push(message);
    this.#begin(message, bytes);
    if (!this.#host.canAnswer()) this.#pause();
  }

  /** Accounts for a frame that asks for nothing; it has been read already. */
  charge(bytes: number): void {
    const now = this.#host.clock.now();
    this.#allowance.charge(bytes, now);
    this.#host.account.charge(bytes, now);
    if (this.#messages.length === 0) this.#rest(now);
  }

  /** Of several calls at once those behind the first one; who sends more of them waits longer for the next message. */
  weighed(calls: number): void {
    const now = this.#host.clock.now();
    this.#allowance.charge(0, now, calls - 1);
    this.#host.account.charge(0, now, calls - 1);
  }

  refused(): void {
    const { clock, limits, account } = this.#host;
    this.#refusals ??= new Refusals(limits.refusalsPerSecond, account.refusals);
    this.#refusals.count(clock.now());
  }

  answered(): void {
    if (this.#obstacle === "store") this.#overcome();
  }

  granted(): void {
    this.#isGranted = true;
    this.#obstacle = undefined;
    this.advance();
  }

  /** Takes messages in as far as there is room for them. */
  advance(): void {
    if (this.#isStopped || this.#obstacle !== undefined) return;
    for (let first = this.#messages[0]; first !== undefined; first = this.#messages[0]) {
      const bytes = sizeOfMessage(first);
      if (!this.#admits(bytes)) return;
      this.#messages.shift();
      this.#begin(first, bytes);
      if (this.#isStopped) return;
    }
    if (this.#host.canAnswer()) this.#resume();
    else this.#pause();
  }

  /** Forgets what waits; what comes from now on is read and thrown away. */
  stop(): void {
    this.#isStopped = true;
    this.#messages.length = 0;
    this.#timer?.cancel();
    this.#host.account.leave(this);
    this.#resume();
  }

  /** Stops, and resolves when everything that was taken in is answered. */
  finish(): Promise<void> {
    this.stop();
    return this.#unanswered.none();
  }

  /** Takes room for a message. If something is in its way, the socket is not read for a while. */
  #admits(bytes: number): boolean {
    const host = this.#host;
    if (!host.canAnswer()) {
      this.#pause();
      return false;
    }
    const now = host.clock.now();
    this.#bytes = bytes;
    this.#now = now;
    this.#obstacle = this.#findObstacle(bytes, now);
    if (this.#obstacle !== undefined) {
      host.paced(this.#obstacle);
      this.#pause();
      return false;
    }
    this.#isGranted = false;
    this.#allowance.take(bytes, now);
    return true;
  }

  #begin(message: Message, bytes: number): void {
    this.#host.take(message, bytes, this.#unanswered.add(bytes, this.#now));
  }

  /** Why the message has to wait. Something else will call `#overcome` or `granted` when it has not to any more. */
  #findObstacle(bytes: number, now: number): PaceScope | undefined {
    const { limits, account } = this.#host;
    const pause = this.#refusals?.pause(now) ?? 0;
    if (pause > 0) {
      this.#sleep(pause);
      return "refusals";
    }
    const { count, bytes: unanswered } = this.#unanswered;
    const isTooMuch = count > 0 && (unanswered + bytes > limits.unansweredBytes || count >= this.#mostUnanswered(now));
    if (isTooMuch) return "store";
    if (this.#isGranted) return undefined;
    const wait = this.#allowance.wait(bytes, now);
    if (wait > 0) {
      this.#sleep(wait);
      return "connection";
    }
    return account.take(this, now) ? undefined : "address";
  }

  /** How many messages may be carried out at a time: of those, all may be refused. */
  #mostUnanswered(now: number): number {
    const own = this.#refusals?.left(now) ?? dialectLimits.unanswered;
    return Math.min(dialectLimits.unanswered, own, this.#host.account.refusals.budget.left(now));
  }

  /** Reads nothing until what was charged is made up for. */
  #rest(now: number): void {
    if (this.#isStopped || this.#obstacle !== undefined) return;
    const own = this.#allowance.debt(now);
    const wait = Math.max(own, this.#host.account.debt(now));
    if (wait === 0) return;
    this.#obstacle = own > 0 ? "connection" : "address";
    this.#host.paced(this.#obstacle);
    this.#sleep(wait);
    this.#pause();
  }

  #sleep(milliseconds: number): void {
    this.#timer = this.#host.clock.after(milliseconds, () => this.#overcome());
  }

  #overcome(): void {
    this.#obstacle = undefined;
    this.advance();
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#host.pause();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#host.resume();
  }
}
