import type { EventText } from "./shared-texts.ts";

/** Where a feed puts its texts. */
export interface Outlet {
  /** Whether more may be put in; when there is room again, the feed is woken. */
  hasRoom(): boolean;
  send(text: string): void;
  /** Sends an event of a log; so that these can be counted. */
  deliver(text: string | EventText): void;
  /** Calls `run` once, at the end of this turn of the event loop. */
  schedule(pump: Pump): void;
  /** The feed cannot go on. */
  broken(error: unknown): void;
}

/** What a pump moves. */
export interface Source {
  /** Sends what there is, as far as there is room and nobody has stopped it; a promise only if it has to wait. */
  advance(): Promise<void> | undefined;
  /** Whether there is something that was not sent yet. */
  hasMore(): boolean;
}

/** Runs a source at the pace of its outlet, once at a time. */
export class Pump {
  readonly #outlet: Outlet;
  readonly #source: Source;
  #isScheduled = true;
  #isRunning = false;
  #isStopped = false;

  constructor(outlet: Outlet, source: Source) {
    this.#outlet = outlet;
    this.#source = source;
    outlet.schedule(this);
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** There may be something new, or room for it. */
  wake(): void {
    if (this.#isScheduled || this.#isStopped || this.#isRunning) return;
    this.#isScheduled = true;
    this.#outlet.schedule(this);
  }

  run(): void {
    this.#isScheduled = false;
    if (this.#isRunning || this.#isStopped) return;
    const waiting = this.#advance();
    if (waiting === undefined) return;
    this.#isRunning = true;
    waiting
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#isRunning = false;
        // What came while it ran was not listened to.
        if (this.#source.hasMore() && this.#outlet.hasRoom()) this.wake();
      });
  }

  #advance(): Promise<void> | undefined {
    try {
      return this.#source.advance();
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: unknown): void {
    this.stop();
    this.#outlet.broken(error);
  }
}
