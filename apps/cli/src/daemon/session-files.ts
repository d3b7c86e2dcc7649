import { join } from "node:path";
import { isNotes, type KeptSession, type Notes, type SessionFile, type SessionStore } from "@countersign/cosign";
import { readJournalKey } from "../store/journal-key.ts";
import type { SealedJournal } from "../store/sealed-journal.ts";
import { SealedJournals } from "../store/sealed-journals.ts";
import type { Log } from "./log.ts";
import type { DaemonPassphrase } from "./passphrase.ts";

export interface SessionFilesOptions {
  readonly datadir: string;
  /** Seals the key of all sessions. */
  readonly passphrase: DaemonPassphrase;
  readonly log: Log;
}

/** Keeps the sessions of a daemon in its datadir: each in a file, sealed by a key that stands beside them. */
export function createSessionFiles({ datadir, passphrase, log }: SessionFilesOptions): SessionStore {
  const journals = new SealedJournals({
    directory: join(datadir, "sessions"),
    key: () => readJournalKey(join(datadir, "sessions.key"), passphrase, passphrase.isThere),
  });
  return {
    isDurable: true,
    async begin(notes) {
      return fileOf(await journals.begin({ ...notes }));
    },
    async load() {
      const kept: KeptSession[] = [];
      for (const listed of await journals.list()) {
        const notes = listed.state === "saved" ? listed.saved.purpose : undefined;
        if (isNotes(notes)) kept.push(await take(listed.id, notes));
        // Which one it is, is no matter of a log.
        else log.error({}, "a session is not taken up again: its file is damaged, or sealed by another key");
      }
      return kept;
    },
  };

  async function take(id: string, notes: Notes): Promise<KeptSession> {
    const { journal, saved } = await journals.open(id);
    return { file: fileOf(journal), record: saved.record, notes };
  }
}

function fileOf(journal: SealedJournal): SessionFile {
  return {
    write: (entry, session) => journal.write(entry, session),
    note: (notes) => journal.note({ ...notes }),
    end: (forGood) => journal.end(forGood),
  };
}
