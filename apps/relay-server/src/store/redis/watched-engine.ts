import type { Engine } from "./engine.ts";
import { Readiness } from "./readiness.ts";

/** What engines of either kind say of their connections. */
export abstract class WatchedEngine implements Pick<Engine, "isReady" | "onChange" | "whenReady" | "onMissed"> {
  protected readonly readiness: Readiness;
  readonly #listeners = new Set<() => void>();

  protected constructor(isReady: boolean) {
    this.readiness = new Readiness(isReady);
  }

  get isReady(): boolean {
    return this.readiness.isReady;
  }

  onChange(listener: (isReady: boolean) => void): void {
    this.readiness.onChange(listener);
  }

  whenReady(): Promise<void> {
    return this.readiness.whenReady();
  }

  onMissed(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Something may have been published that nobody has heard here. */
  protected missed(): void {
    for (const listener of this.#listeners) listener();
  }
}
