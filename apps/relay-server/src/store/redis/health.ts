import type { Clock, Timer } from "../../clock.ts";
import { StoreError } from "../../failure.ts";
import type { Meter } from "../../observe/meter.ts";

interface HealthOptions {
  readonly clock: Clock;
  readonly meter: Pick<Meter, "committed" | "storeFailed">;
  /** Writes something that nobody needs; resolves with whether it is durable. */
  readonly probe: () => Promise<boolean>;
}

/** Milliseconds between attempts to find out whether the engine works again. */
const RETRY = 500;
/** Between two attempts for what is in doubt. */
const PAUSE = 50;

/** Whether the engine does what it is asked for, and what to say while it does not. */
export class Health {
  readonly #options: HealthOptions;
  /** Why nothing is taken, undefined while it is. */
  #failure: StoreError | undefined;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  /** Why nothing can be appended now, undefined if it can. */
  get failure(): StoreError | undefined {
    return this.#failure;
  }

  /** The engine has made something durable. */
  worked(operations: number, seconds: number): void {
    this.#failure = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#options.meter.committed(operations, seconds);
  }

  /** The engine cannot be asked, or nothing becomes durable there: until that is over, nothing is taken. */
  failed(reason: string): void {
    if (this.#failure === undefined) this.#options.meter.storeFailed(reason);
    this.#failure = new StoreError(reason);
    this.#plan();
  }

  /** The engine has refused something; perhaps it does not refuse the next. */
  refused(reason: string): void {
    this.#options.meter.storeFailed(reason);
    this.#plan();
  }

  /** Resolves after a while, when it is time to try again. Rejects with `StoreError` if it never is. */
  pause(): Promise<void> {
    if (this.#isClosed) return Promise.reject(new StoreError("the store is closed"));
    return new Promise((resolve) => this.#options.clock.after(PAUSE, resolve));
  }

  /** From now on nothing is tried again. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #plan(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = this.#options.clock.after(RETRY, () => {
      this.#timer = undefined;
      this.#options.probe().then(
        (isDurable) => {
          if (isDurable) this.worked(0, 0);
          else this.#plan();
        },
        () => this.#plan(),
      );
    });
  }
}
