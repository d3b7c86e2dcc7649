import {
  addEntry,
  type CeremonyJournal,
  decodeEntry,
  encodeEntry,
  type Journal,
  type SessionRecord,
} from "@countersign/client";
import type { SeededRandom } from "@countersign/testkit";
import type { Turns } from "./turns.ts";

/** What of a party outlives its processes: the journal of its session, that of its ceremony, and its own notes. */
export class Disk {
  /** The last checkpoint of the ceremony. */
  checkpoint: Uint8Array | undefined;
  /** What the party itself has noted. */
  readonly notes = { said: 0, heard: [] as string[], outcome: undefined as string | undefined };
  private readonly entries: Uint8Array[] = [];
  private readonly turns: Turns;
  private readonly random: SeededRandom;
  private readonly delayMs: number;
  private busyUntil = 0;

  constructor({ turns, random, delayMs }: { turns: Turns; random: SeededRandom; delayMs: number }) {
    this.turns = turns;
    this.random = random;
    this.delayMs = delayMs;
  }

  /** What a new process finds of the session, if the last one came so far. */
  record(): SessionRecord | undefined {
    let record: SessionRecord | undefined;
    for (const bytes of this.entries) {
      const entry = decodeEntry(bytes);
      if (!entry.ok) throw new Error(entry.detail);
      record = addEntry(record, entry.value);
    }
    return record;
  }

  /** The journals as a process writes them; what is not durable when it ends never is. */
  journals(isAlive: () => boolean): { readonly session: Journal; readonly ceremony: CeremonyJournal } {
    return {
      session: {
        write: (entry) => {
          const bytes = encodeEntry(entry);
          return this.write(isAlive, () => this.entries.push(bytes));
        },
      },
      ceremony: {
        write: (checkpoint) =>
          this.write(isAlive, () => {
            this.checkpoint = checkpoint.slice();
          }),
      },
    };
  }

  /** Writes something, behind everything before it; resolves when it is durable, never if the process ends before. */
  write(isAlive: () => boolean, put: () => void): Promise<void> {
    const { turns } = this;
    this.busyUntil = Math.max(this.busyUntil, turns.ms + this.random.integer(this.delayMs + 1));
    return new Promise((resolve) => {
      turns.after(this.busyUntil - turns.ms, () => {
        if (!isAlive()) return;
        put();
        resolve();
      });
    });
  }
}
