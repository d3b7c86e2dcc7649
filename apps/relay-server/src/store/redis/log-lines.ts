import type { AppendWaiter } from "@countersign/relay";
import { LogLine, type Step } from "./log-line.ts";

interface LinesOptions {
  /** Does what is next with a log; never rejects. */
  readonly work: (log: string, step: Step) => Promise<void>;
  /** Called when all that waited for the end of the turn was begun with. */
  readonly begun: () => void;
}

/** The lines of all logs with which something is to be done. */
export class LogLines {
  readonly #options: LinesOptions;
  #lines = new Map<string, LogLine>();
  readonly #toStart = new Set<LogLine>();
  #number = 0;
  #isStartDue = false;
  /** While this is there, what was asked for later waits. */
  #gate: Promise<unknown> | undefined;

  constructor(options: LinesOptions) {
    this.#options = options;
  }

  append(
    log: string,
    entry: string,
    { waiter, at }: { readonly waiter: AppendWaiter; readonly at?: number | undefined },
  ) {
    const line = this.#line(log);
    line.append(entry, waiter, { number: ++this.#number, at });
    this.#startSoon(line);
  }

  /** Does something when its turn with a log has come. */
  task<T>(log: string, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const line = this.#line(log);
      line.add({ run: () => work().then(resolve, reject), drop: reject });
      this.#startSoon(line);
    });
  }

  /** Does something that concerns all logs: behind all that was asked for before, and before all that comes later. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const working = this.#allDone().then(work);
    // What is asked for from now on waits in lines of its own.
    this.#lines = new Map();
    const gate = Promise.allSettled([working]).then(() => {
      if (this.#gate === gate) this.#gate = undefined;
      this.#start();
    });
    this.#gate = gate;
    return working;
  }

  /** Resolves when all that was asked for is done. */
  async done(): Promise<void> {
    await this.#gate;
    await this.#allDone();
  }

  /** Gives up on the entries that nothing was done for yet. */
  refuse(error: Error): void {
    for (const line of this.#lines.values()) line.refuse(error);
  }

  /** Gives up on everything that nothing was done for yet. */
  drop(error: Error): void {
    for (const line of this.#lines.values()) line.drop(error);
  }

  #line(log: string): LogLine {
    let line = this.#lines.get(log);
    if (line === undefined) {
      line = new LogLine(log);
      this.#lines.set(log, line);
    }
    return line;
  }

  /** At the end of this turn of the event loop, so that all that is ordered in it goes together. */
  #startSoon(line: LogLine): void {
    if (line.done !== undefined) return;
    this.#toStart.add(line);
    if (this.#isStartDue || this.#gate !== undefined) return;
    this.#isStartDue = true;
    setImmediate(() => {
      this.#isStartDue = false;
      if (this.#gate === undefined) this.#start();
    });
  }

  #start(): void {
    for (const line of this.#toStart) line.done ??= this.#work(line, this.#lines);
    this.#toStart.clear();
    this.#options.begun();
  }

  async #work(line: LogLine, lines: Map<string, LogLine>): Promise<void> {
    for (let step = line.next(); step !== undefined; step = line.next()) await this.#options.work(line.log, step);
    lines.delete(line.log);
  }

  async #allDone(): Promise<void> {
    this.#start();
    await Promise.all([...this.#lines.values()].map(({ done }) => done));
  }
}
