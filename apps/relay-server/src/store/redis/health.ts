import type { Clock, Timer } from "../../clock.ts";
import { messageOf, StoreError } from "../../failure.ts";
import type { Meter } from "../../observe/meter.ts";

interface HealthOptions {
  readonly clock: Clock;
  readonly meter: Pick<Meter, "committed" | "storeFailed">;
  /** Finds out whether the engine does what it should, and writes something that nobody needs: is that durable? */
  readonly probe: () => Promise<boolean>;
}

/** Milliseconds until it is found out whether the engine works again: the first time, and each time after that. */
const [SOON, LATER] = [50, 500];

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: StoreError) => void;
}

/** Whether the engine does what it is asked for, and what to say while it does not. */
export class Health {
  readonly #options: HealthOptions;
  /** Why nothing is taken, undefined while it is. */
  #failure: StoreError | undefined;
  #timer: Timer | undefined;
  #isProbing = false;
  #isGivenUp = false;
  readonly #waiting = new Set<Waiting>();

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  /** Why nothing can be appended now, undefined if it can. */
  get failure(): StoreError | undefined {
    return this.#failure;
  }

  /** The engine has made something durable. */
  worked(operations: number, seconds: number): void {
    if (this.#failure === undefined) this.#options.meter.committed(operations, seconds);
  }

  /** The engine cannot be asked, or nothing becomes durable there: until a probe says that this is over, nothing is taken. */
  failed(reason: string): void {
    if (this.#failure === undefined) this.#options.meter.storeFailed(reason);
    this.#failure = new StoreError(reason);
    this.#plan(SOON);
  }

  /** The engine has refused something; perhaps it does not refuse the next. */
  refused(reason: string): void {
    this.#options.meter.storeFailed(reason);
    this.#plan(LATER);
  }

  /** Resolves after a while, when it is time to try again. Rejects with `StoreError` if it never is. */
  pause(): Promise<void> {
    if (this.#isGivenUp) return Promise.reject(givenUp());
    return new Promise((resolve) => this.#options.clock.after(SOON, resolve));
  }

  /** Resolves when a probe has said that the engine works. Rejects with `StoreError` if that is not waited for any more. */
  recovered(): Promise<void> {
    if (this.#isGivenUp) return Promise.reject(givenUp());
    if (this.#failure === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.add({ resolve, reject }));
  }

  /** Finds out now whether the engine works. */
  probe(): void {
    if (this.#isProbing || this.#isGivenUp) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isProbing = true;
    this.#options.probe().then(
      (isDurable) => this.#probed(isDurable ? undefined : "nothing that is written becomes durable"),
      (error: unknown) => this.#probed(messageOf(error)),
    );
  }

  /** From now on nothing is tried again. */
  giveUp(): void {
    this.#isGivenUp = true;
    this.#timer?.cancel();
    for (const { reject } of this.#waiting) reject(givenUp());
    this.#waiting.clear();
  }

  #probed(failure: string | undefined): void {
    this.#isProbing = false;
    if (this.#isGivenUp) return;
    if (failure !== undefined) {
      if (this.#failure !== undefined) this.#failure = new StoreError(failure);
      return this.#plan(LATER);
    }
    this.#failure = undefined;
    this.#options.meter.committed(0, 0);
    for (const { resolve } of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #plan(milliseconds: number): void {
    if (this.#isGivenUp || this.#isProbing) return;
    this.#timer ??= this.#options.clock.after(milliseconds, () => this.probe());
  }
}

function givenUp(): StoreError {
  return new StoreError("the store is closed");
}
