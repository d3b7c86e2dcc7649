import type { Journal } from "./journal.ts";

/** A journal that forgets at once: for tests, and for sessions that are not to be taken up again. */
export class MemoryJournal implements Journal {
  async write(): Promise<void> {
    // Nothing outlives the process, so that nothing has to be kept for it.
  }
}
