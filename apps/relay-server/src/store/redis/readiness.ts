import { StoreError } from "../../failure.ts";

/** Whether something is ready, and who wants to know. */
export class Readiness {
  readonly #listeners = new Set<(isReady: boolean) => void>();
  readonly #waiting = new Set<{ resolve: () => void; reject: (error: StoreError) => void }>();
  #isReady: boolean;
  #isClosed = false;

  constructor(isReady: boolean) {
    this.#isReady = isReady;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  onChange(listener: (isReady: boolean) => void): void {
    this.#listeners.add(listener);
  }

  set(isReady: boolean): void {
    if (isReady === this.#isReady || this.#isClosed) return;
    this.#isReady = isReady;
    if (isReady) {
      for (const { resolve } of this.#waiting) resolve();
      this.#waiting.clear();
    }
    for (const listener of this.#listeners) listener(isReady);
  }

  /** Resolves when it is ready. Rejects with `StoreError` once this is closed. */
  whenReady(): Promise<void> {
    if (this.#isClosed) return Promise.reject(closed());
    if (this.#isReady) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.add({ resolve, reject }));
  }

  close(): void {
    this.#isClosed = true;
    this.#isReady = false;
    for (const { reject } of this.#waiting) reject(closed());
    this.#waiting.clear();
  }
}

function closed(): StoreError {
  return new StoreError("the store is closed");
}
