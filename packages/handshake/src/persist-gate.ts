import type { Persist } from "./machine.ts";

/**
 * Holds outputs back that stand behind a `persist` until it is written, across steps and in order. The machines inside
 * emit plain lists in which an entry to persist stands in front of what depends on it, and need not wait themselves.
 * Entries themselves wait for nothing, so that a disk can write several at once; they keep their order.
 */
export class PersistGate<Output extends { readonly type: string }, Entry> {
  /** What is held back, and between it the ids of the entries that it stands behind. */
  private readonly held: (Output | number)[] = [];
  private readonly unwritten = new Set<number>();
  private nextId = 1;

  /** Makes the output that asks for an entry to be written. */
  persist(entry: Entry): Persist<Entry> {
    return { type: "persist", id: this.nextId++, entry };
  }

  /** Passes on the entries to persist and what stands behind none of them, and keeps the rest. */
  pass(outputs: readonly (Output | Persist<Entry>)[]): readonly (Output | Persist<Entry>)[] {
    const passed: (Output | Persist<Entry>)[] = [];
    for (const output of outputs) {
      if (isPersist(output)) {
        this.unwritten.add(output.id);
        this.held.push(output.id);
        passed.push(output);
      } else if (this.held.length > 0) this.held.push(output);
      else passed.push(output);
    }
    return passed;
  }

  /** Forgets everything that was held back, and hands it out to be erased. */
  end(): readonly Output[] {
    const held = this.held.splice(0).filter((one) => typeof one !== "number");
    this.unwritten.clear();
    return held;
  }

  /** Takes note that an entry was written and passes on what waited for it; another id is ignored. */
  persisted(id: number): readonly Output[] {
    if (!this.unwritten.delete(id)) return [];
    const released: Output[] = [];
    for (let next = this.held[0]; next !== undefined; next = this.held[0]) {
      if (typeof next === "number" && this.unwritten.has(next)) break;
      if (typeof next !== "number") released.push(next);
      this.held.shift();
    }
    return released;
  }
}

function isPersist<Output extends { readonly type: string }, Entry>(
  output: Output | Persist<Entry>,
): output is Persist<Entry> {
  return output.type === "persist";
}
