import { addEntry, decodeEntry, encodeEntry, type JournalEntry, type SessionRecord } from "@countersign/client";
import type { KeptSession, Notes, SessionFile, SessionStore } from "../../src/index.ts";

interface Kept {
  readonly entries: Uint8Array[];
  notes: string;
}

/** A disk: what one daemon has written is there for the next one. */
export class Disk implements SessionStore {
  readonly isDurable = true;
  private readonly files = new Map<number, Kept>();
  private next = 0;
  private isOff = false;

  /** The process is killed: from now on nothing is written, and nobody hears that something was. */
  kill(): Disk {
    this.isOff = true;
    const disk = new Disk();
    disk.next = this.next;
    for (const [id, { entries, notes }] of this.files) disk.files.set(id, { entries: [...entries], notes });
    return disk;
  }

  get size(): number {
    return this.files.size;
  }

  async begin(notes: Notes): Promise<SessionFile> {
    const id = this.next++;
    const kept = { entries: [], notes: JSON.stringify(notes) };
    return this.file(id, kept, () => this.files.set(id, kept));
  }

  async load(): Promise<readonly KeptSession[]> {
    return Array.from(this.files, ([id, kept]) => {
      let record: SessionRecord | undefined;
      for (const bytes of kept.entries) {
        const entry = decodeEntry(bytes);
        if (!entry.ok) throw new Error(entry.detail);
        record = addEntry(record, entry.value);
      }
      if (record === undefined) throw new Error("a file begins with a record");
      return { file: this.file(id, kept, () => undefined), record, notes: JSON.parse(kept.notes) };
    });
  }

  private file(id: number, kept: Kept, first: () => void): SessionFile {
    let isOpen = true;
    let before = Promise.resolve();
    // Nothing is on a disk at once: what was not waited for can be lost.
    const written = (write: () => void) => {
      before = before.then(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        if (this.isOff) return await new Promise<void>(() => undefined);
        if (!isOpen) throw new Error("the file is closed");
        write();
      });
      return before;
    };
    return {
      write: (entry: JournalEntry) => {
        const bytes = encodeEntry(entry);
        return written(() => {
          first();
          kept.entries.push(bytes);
        });
      },
      note: (notes) => {
        const text = JSON.stringify(notes);
        return written(() => {
          kept.notes = text;
        });
      },
      end: async (forGood) => {
        if (!this.isOff) await before.catch(() => undefined);
        isOpen = false;
        if (forGood && !this.isOff) this.files.delete(id);
      },
    };
  }
}
