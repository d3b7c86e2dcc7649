import { dialectLimits } from "@countersign/rpc";
import type { Clock, Timer } from "../clock.ts";
import type { Account, Waiter } from "../limits/account.ts";
import { Allowance } from "../limits/allowance.ts";
import type { Limits } from "../limits/limits.ts";
import type { PaceScope } from "../observe/meter.ts";
import type { Task } from "./dialect.ts";
import { type Message, sizeOfMessage } from "./message.ts";
import { Unanswered } from "./unanswered.ts";

export interface IntakeOptions {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly account: Account;
  /** Whether answers can be sent. When they can again, `advance` is called. */
  hasRoom(): boolean;
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
export class Intake implements Waiter {
  readonly #options: IntakeOptions;
  readonly #allowance: Allowance;
  readonly #messages: Message[] = [];
  /** Of the first message. */
  #bytes = 0;
  readonly #unanswered = new Unanswered({
    weighed: (calls) => this.#chargeCalls(calls - 1),
    answered: () => {
      if (this.#obstacle === "store") this.#overcome();
    },
  });
  #timer: Timer | undefined;
  /** What the first message waits for. */
  #obstacle: PaceScope | undefined;
  #isGranted = false;
  #isPaused = false;
  #isStopped = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#allowance = new Allowance(options.limits.messagesPerSecond, options.limits.bytesPerSecond);
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
    if (!this.#options.hasRoom()) this.#pause();
  }

  /** Accounts for a frame that asks for nothing; it has been read already. */
  charge(bytes: number): void {
    const now = this.#options.clock.now();
    this.#allowance.charge(bytes, now);
    this.#options.account.charge(bytes, now);
    if (this.#messages.length === 0) this.#rest(now);
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
    if (this.#options.hasRoom()) this.#resume();
    else this.#pause();
  }

  /** Forgets what waits; what comes from now on is read and thrown away. */
  stop(): void {
    this.#isStopped = true;
    this.#messages.length = 0;
    this.#timer?.cancel();
    this.#options.account.leave(this);
    this.#resume();
  }

  /** Stops, and resolves when everything that was taken in is answered. */
  finish(): Promise<void> {
    this.stop();
    return this.#unanswered.none();
  }

  /** Takes room for a message. If something is in its way, the socket is not read for a while. */
  #admits(bytes: number): boolean {
    const { clock, hasRoom, paced } = this.#options;
    if (!hasRoom()) {
      this.#pause();
      return false;
    }
    const now = clock.now();
    this.#bytes = bytes;
    this.#obstacle = this.#findObstacle(bytes, now);
    if (this.#obstacle !== undefined) {
      paced(this.#obstacle);
      this.#pause();
      return false;
    }
    this.#isGranted = false;
    this.#allowance.take(bytes, now);
    return true;
  }

  #begin(message: Message, bytes: number): void {
    this.#options.take(message, bytes, this.#unanswered.add(bytes));
  }

  /** Those behind the first one of a batch; who sends more of them waits longer for the next message. */
  #chargeCalls(calls: number): void {
    const now = this.#options.clock.now();
    this.#allowance.charge(0, now, calls);
    this.#options.account.charge(0, now, calls);
  }

  /** Why the message has to wait. Something else will call `#overcome` or `granted` when it has not to any more. */
  #findObstacle(bytes: number, now: number): PaceScope | undefined {
    const { limits, account } = this.#options;
    const unanswered = this.#unanswered;
    const isTooMuch = unanswered.bytes + bytes > limits.unansweredBytes;
    if (unanswered.count >= dialectLimits.unanswered || (unanswered.count > 0 && isTooMuch)) return "store";
    if (this.#isGranted) return undefined;
    const wait = this.#allowance.wait(bytes, now);
    if (wait > 0) {
      this.#sleep(wait);
      return "connection";
    }
    return account.take(this, now) ? undefined : "address";
  }

  /** Reads nothing until what was charged is made up for. */
  #rest(now: number): void {
    if (this.#isStopped || this.#obstacle !== undefined) return;
    const own = this.#allowance.debt(now);
    const wait = Math.max(own, this.#options.account.debt(now));
    if (wait === 0) return;
    this.#obstacle = own > 0 ? "connection" : "address";
    this.#options.paced(this.#obstacle);
    this.#sleep(wait);
    this.#pause();
  }

  #sleep(milliseconds: number): void {
    this.#timer = this.#options.clock.after(milliseconds, () => this.#overcome());
  }

  #overcome(): void {
    this.#obstacle = undefined;
    this.advance();
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#options.pause();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#options.resume();
  }
}
