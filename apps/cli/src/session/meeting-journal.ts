import type { Journal, JournalEntry } from "@countersign/client";
import type { SessionParameters } from "@countersign/handshake";
import type { SealedJournal } from "../store/sealed-journal.ts";
import type { SessionJournal } from "../store/session-journal.ts";

/** Everything goes into the sealed journal, and what counts for later runs with the same code into the other one, too. */
export class MeetingJournal implements Journal {
  private readonly charges: SessionJournal;
  private readonly sealed: SealedJournal;

  constructor(charges: SessionJournal, sealed: SealedJournal) {
    this.charges = charges;
    this.sealed = sealed;
  }

  async write(entry: JournalEntry, session: SessionParameters): Promise<void> {
    await Promise.all([this.charges.write(entry, session), this.sealed.write(entry, session)]);
  }
}
