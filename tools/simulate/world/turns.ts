import type { SeededRandom } from "@countersign/testkit";
import { Agenda } from "../agenda.ts";

/** The clock of a world, and the turns of its one event loop: one thing happens, and all that follows of it at once. */
export class Turns {
  /** What is to happen, and what time it is. */
  readonly agenda = new Agenda();
  private immediates: (() => void)[] = [];

  get ms(): number {
    return this.agenda.ms;
  }

  /** Lets something happen in so many ms; the answer calls it off. */
  after(ms: number, run: () => void): () => void {
    let isDue = true;
    this.agenda.in(Math.max(0, ms), () => {
      if (!isDue) return undefined;
      isDue = false;
      run();
      return this.settle();
    });
    return () => {
      isDue = false;
    };
  }

  /** As `setImmediate`: at the end of this turn. */
  atEnd(run: () => void): void {
    this.immediates.push(run);
  }

  /** Lets everything run that waits for nothing but other code. */
  async settle(): Promise<void> {
    do {
      // A tick comes when no promise has anything left to do; streams do in ticks what asks for another round.
      await tick();
      await tick();
    } while (await this.runImmediates());
  }

  /**
   * Takes the place of the timers of the platform, of its wall clock and of its generators: what blinds a multiplication
   * is drawn there, and makes no difference to what comes of it.
   */
  rule(random: SeededRandom): void {
    Object.assign(globalThis, {
      setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => this.atEnd(() => run(...args)),
      setTimeout: (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
        new Timeout(this.after(ms, () => run(...args))),
      clearTimeout: (timeout?: unknown) => (timeout instanceof Timeout ? timeout.cancel() : undefined),
      setInterval: never,
    });
    Math.random = never;
    crypto.getRandomValues = (array) => {
      if (ArrayBuffer.isView(array)) {
        new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(random.bytes(array.byteLength));
      }
      return array;
    };
    Date.now = () => EPOCH_MS + this.ms;
  }

  private async runImmediates(): Promise<boolean> {
    const due = this.immediates;
    this.immediates = [];
    for (const run of due) {
      run();
      // As in Node, what promises do between two of them is done before the next one.
      await tick();
    }
    return due.length > 0;
  }
}

/** Unix time at the beginning of every world. */
export const EPOCH_MS = 1_800_000_000_000;

/** What `setTimeout` answers, as far as anybody here uses it. */
class Timeout {
  readonly cancel: () => void;

  constructor(cancel: () => void) {
    this.cancel = cancel;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

const { nextTick } = process;
const tick = () => new Promise<void>((resolve) => nextTick(resolve));

function never(): never {
  throw new Error("something is asked for that no seed decides");
}
