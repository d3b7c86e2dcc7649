import type { SessionParameters } from "@countersign/handshake";
import type { JournalEntry } from "./session-record.ts";

/** Where a session writes what must survive its process. */
export interface Journal {
  /**
   * Resolves when the entry and all before it are durable. What depends on it leaves only then; if it rejects, the
   * session fails with `local.journal`. Entries come in order, several of them before the first is written. Many hold
   * secrets: a journal on a disk is encrypted. `encodeEntry` and `decodeEntry` make bytes of them.
   */
  write(entry: JournalEntry, session: SessionParameters): Promise<void>;
}
