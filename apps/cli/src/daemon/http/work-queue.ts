/** The place of a request that is being worked on. */
export interface Place {
  /** Gives the place away while `run` waits for others, and comes back afterwards. */
  leaveFor<T>(run: () => Promise<T>): Promise<T>;
  done(): void;
}

/** Lets so many requests be worked on at a time, and so many wait for that. */
export class WorkQueue {
  readonly #threads: number;
  readonly #depth: number;
  readonly #waiting: (() => void)[] = [];
  #working = 0;

  constructor({ threads, depth }: { readonly threads: number; readonly depth: number }) {
    this.#threads = threads;
    this.#depth = depth;
  }

  /** A place, at once or in turn; undefined if too many wait for one already. */
  enter(): Place | Promise<Place> | undefined {
    if (this.#working < this.#threads) {
      this.#working++;
      return this.#place;
    }
    if (this.#waiting.length >= this.#depth) return undefined;
    return this.#turn().then(() => this.#place);
  }

  readonly #place: Place = {
    leaveFor: async (run) => {
      this.#leave();
      try {
        return await run();
      } finally {
        // Who was let in already is not sent away: it takes its turn, however many wait.
        if (this.#working < this.#threads) this.#working++;
        else await this.#turn();
      }
    },
    done: () => this.#leave(),
  };

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The place goes to who waits longest. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#working--;
    else next();
  }
}
