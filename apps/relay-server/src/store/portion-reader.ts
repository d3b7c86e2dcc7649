import type { LogListener } from "@countersign/relay";
import { Count, type Portion } from "./batch.ts";

/** Gives what a scan finds to whom it is for, as it comes from the worker, and says so when it is done with a portion. */
export class PortionReader {
  readonly #counts: Int32Array;
  readonly #visit: LogListener;
  /** The names of the logs of which something was found, by their numbers. */
  readonly #names = new Map<number, string>();

  constructor(counts: Int32Array, visit: LogListener) {
    this.#counts = counts;
    this.#visit = visit;
  }

  read({ names, logs, positions, entries }: Portion): void {
    for (const [id, name] of names) this.#names.set(id, name);
    for (let i = 0; i < entries.length; i++) {
      const record = { position: positions[i] ?? 0, entry: entries[i] ?? "" };
      this.#visit(this.#names.get(logs[i] ?? 0) ?? "", record);
    }
    Atomics.add(this.#counts, Count.taken, 1);
    Atomics.notify(this.#counts, Count.taken);
  }
}
