import type { Persist } from "./machine.ts";

/**
 * Holds outputs back that stand behind a `persist` until it is written, across steps and in order. The machines inside
 * emit plain lists in which an entry to persist stands in front of what depends on it, and need not wait themselves.
 */
export class PersistGate<Output extends { readonly type: string }, Entry> {
  private readonly held: (Output | Persist<Entry>)[] = [];
  private waitingFor: number | undefined;
  private nextId = 1;

  /** Makes the output that asks for an entry to be written. */
  persist(entry: Entry): Persist<Entry> {
    return { type: "persist", id: this.nextId++, entry };
  }

  /** Passes outputs on up to and with the first entry to persist, and keeps the rest. */
  pass(outputs: readonly (Output | Persist<Entry>)[]): readonly (Output | Persist<Entry>)[] {
    this.held.push(...outputs);
    return this.release();
  }

  /** Takes note that an entry was written and passes on what waited for it; another id is ignored. */
  persisted(id: number): readonly (Output | Persist<Entry>)[] {
    if (id !== this.waitingFor) return [];
    this.waitingFor = undefined;
    return this.release();
  }

  private release(): readonly (Output | Persist<Entry>)[] {
    const released: (Output | Persist<Entry>)[] = [];
    while (this.waitingFor === undefined) {
      const output = this.held.shift();
      if (output === undefined) break;
      released.push(output);
      if (isPersist(output)) this.waitingFor = output.id;
    }
    return released;
  }
}

function isPersist<Output extends { readonly type: string }, Entry>(
  output: Output | Persist<Entry>,
): output is Persist<Entry> {
  return output.type === "persist";
}
