/** Time as the relay needs it: how long ago, and in how long. The wall clock may do what it wants. */
export interface Clock {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** Calls `run` once after so many milliseconds. */
  after(milliseconds: number, run: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, run) => new SystemTimer(setTimeout(run, milliseconds)),
};

/** Each session has one: it holds no more than it must. */
class SystemTimer implements Timer {
  readonly #timeout: NodeJS.Timeout;

  constructor(timeout: NodeJS.Timeout) {
    this.#timeout = timeout;
  }

  cancel(): void {
    clearTimeout(this.#timeout);
  }
}

/** Calls `run` again and again, with so many milliseconds between, until it is cancelled. */
export function every(clock: Clock, milliseconds: number, run: () => void): Timer {
  let timer = clock.after(milliseconds, tick);
  function tick() {
    timer = clock.after(milliseconds, tick);
    run();
  }
  return { cancel: () => timer.cancel() };
}
