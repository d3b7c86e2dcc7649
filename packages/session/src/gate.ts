import type { CeremonyOutput } from "./ceremony-types.ts";

/** Holds outputs back that stand behind a checkpoint until it is written, across steps and in order. */
export class Gate {
  private readonly held: (CeremonyOutput | number)[] = [];
  private readonly unwritten = new Set<number>();
  private nextId = 1;

  /** Makes the output that asks for a checkpoint to be written. */
  persist(checkpoint: Uint8Array): CeremonyOutput {
    return { type: "persist", id: this.nextId++, checkpoint };
  }

  /** Passes on checkpoints and what stands behind none of them, and keeps the rest. Drops wait for nothing. */
  pass(outputs: readonly CeremonyOutput[]): readonly CeremonyOutput[] {
    const passed: CeremonyOutput[] = [];
    for (const output of outputs) {
      if (output.type === "persist") {
        this.unwritten.add(output.id);
        this.held.push(output.id);
        passed.push(output);
      } else if (this.held.length > 0 && output.type !== "drop") this.held.push(output);
      else passed.push(output);
    }
    return passed;
  }

  /** Takes note that a checkpoint was written and passes on what waited for it; another id is ignored. */
  persisted(id: number): readonly CeremonyOutput[] {
    if (!this.unwritten.delete(id)) return [];
    const released: CeremonyOutput[] = [];
    for (let next = this.held[0]; next !== undefined; next = this.held[0]) {
      if (typeof next === "number" && this.unwritten.has(next)) break;
      if (typeof next !== "number") released.push(next);
      this.held.shift();
    }
    return released;
  }

  /** Forgets everything that was held back: a ceremony that has failed says nothing more of what it was about to say. */
  end(): void {
    this.held.length = 0;
    this.unwritten.clear();
  }
}
