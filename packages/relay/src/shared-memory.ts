import type { SharedLogStore } from "./shared-log-store.ts";
import type { Said } from "./shared-memory-facts.ts";
import { type NodesMemory, type SharedLog, SharedMemoryView } from "./shared-memory-view.ts";

/** What surrounds the memory. */
export interface SharedMemoryOptions {
  /** Milliseconds, for what is said for a while only. */
  readonly now: () => number;
  /**
   * Runs something later: an operation of a node on its way to the memory, or news on their way to it; `store` is the
   * node's. Default: as soon as possible, but not inside the call.
   */
  readonly later?: (run: () => void, store: SharedLogStore) => void;
}

/** A store in memory that several nodes have in common, for tests and simulations of nodes in one process. */
export class SharedMemory implements NodesMemory {
  readonly logs = new Map<string, SharedLog>();
  readonly said = new Map<string, Map<string, Said>>();
  readonly now: () => number;
  readonly later: (run: () => void, store: SharedLogStore) => void;
  readonly #views = new Map<SharedLogStore, SharedMemoryView>();

  constructor({ now, later = soon }: SharedMemoryOptions) {
    this.now = now;
    this.later = later;
  }

  /** The store as one more node sees it. Closing it leaves the others what there is. */
  open(): SharedLogStore {
    const view = new SharedMemoryView(this);
    this.#views.set(view, view);
    return view;
  }

  /**
   * What happens when a node dies: what it has ordered and has not come here yet never does, and it is told nothing any
   * more, of entries that were taken neither.
   */
  cut(store: SharedLogStore): void {
    this.#views.get(store)?.cut();
    this.#views.delete(store);
  }

  wake(log: string): void {
    for (const view of this.#views.values()) this.later(() => view.pull(log), view);
  }

  spread(log: string, notice: string): void {
    for (const view of this.#views.values()) this.later(() => view.hearNotice(log, notice), view);
  }

  leave(view: SharedMemoryView): void {
    this.#views.delete(view);
  }
}

function soon(run: () => void): void {
  Promise.resolve().then(run);
}
