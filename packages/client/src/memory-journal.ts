import type { PeerGroupEntry } from "@countersign/handshake";
import type { Journal } from "./ports.ts";

/** A journal that forgets with the process: for tests, and for sessions that are not to be taken up again. */
export class MemoryJournal implements Journal {
  readonly entries: PeerGroupEntry[] = [];

  async write(entry: PeerGroupEntry): Promise<void> {
    this.entries.push(entry);
  }
}
