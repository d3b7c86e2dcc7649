import type { Journal, SessionRecord } from "@countersign/client";
import type { Notes } from "./notes.ts";

/** Where one session is kept for a process after this one: its journal, and the notes of these methods. Secret. */
export interface SessionFile extends Journal {
  /** Replaces the notes; resolves when they, and all that was written before, are durable. */
  note(notes: Notes): Promise<void>;
  /** `forGood`: nothing of it is needed any more. Otherwise it stays as it is, and is not written any more. */
  end(forGood: boolean): Promise<void>;
}

/** A session that a process before this one has left. */
export interface KeptSession {
  readonly file: SessionFile;
  readonly record: SessionRecord;
  readonly notes: Notes;
}

/** Where the sessions of a daemon are kept. */
export interface SessionStore {
  /** Whether sessions outlive the process; those that do not are ended with it. */
  readonly isDurable: boolean;
  /** A file for a session that is about to begin. */
  begin(notes: Notes): Promise<SessionFile>;
  /** What other processes have left, to be taken over by this one. */
  load(): Promise<readonly KeptSession[]>;
}

/** Keeps nothing: sessions end with the process. */
export const forgetfulStore: SessionStore = {
  isDurable: false,
  async begin() {
    return { async write() {}, async note() {}, async end() {} };
  },
  async load() {
    return [];
  },
};
