import type { PeerGroupEntry, PeerGroupOutput } from "../peer-group-types.ts";
import { PersistGate } from "../persist-gate.ts";

/** What a session says within a step; the wake is added when it is known. */
export type GroupOutput = Exclude<PeerGroupOutput, { type: "wake" | "persist" }>;

/** Gathers what a session has to say in one step, and lets it out in the right order. */
export class GroupOutputs {
  private readonly gate = new PersistGate<GroupOutput, PeerGroupEntry>();
  private said: (GroupOutput | ReturnType<typeof this.gate.persist>)[] = [];
  private wakeAt: number | undefined;

  push(output: GroupOutput): void {
    this.said.push(output);
  }

  /** Everything behind it waits until the entry is written. */
  persist(entry: PeerGroupEntry): void {
    this.said.push(this.gate.persist(entry));
  }

  /** Nothing waits for the entry, which waits for nothing but to be behind those before it. */
  note(entry: PeerGroupEntry): void {
    this.said.push({ type: "note", entry });
  }

  /** What was said in this step and may leave, and the wake if it has changed. */
  flush(wakeAt: number | undefined): readonly PeerGroupOutput[] {
    // Drops depend on nothing that is being written, so that a flood of them does not pile up behind a slow disk.
    const dropped = this.said.filter((output) => output.type === "drop");
    const others = dropped.length === 0 ? this.said : this.said.filter(({ type }) => type !== "drop");
    const passed: PeerGroupOutput[] = [...dropped, ...this.gate.pass(others)];
    this.said = [];
    if (wakeAt !== this.wakeAt) passed.push({ type: "wake", at: wakeAt });
    this.wakeAt = wakeAt;
    return passed;
  }

  /** What an entry that is written now has held back. */
  written(id: number): readonly PeerGroupOutput[] {
    return this.gate.persisted(id);
  }
}
