import { encodeHex } from "@countersign/wire";
import { CosignSession, type CosignSessionOptions } from "./cosign-session.ts";
import { faults } from "./faults.ts";
import { limits } from "./limits.ts";
import type { Meters } from "./meters.ts";
import type { Notes } from "./notes.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import type { Surroundings } from "./opening.ts";
import type { SessionFile } from "./session-store.ts";

/** A session of this daemon. */
export interface Entry {
  /** The UUID of the session as 32 hexadecimal digits. */
  readonly id: string;
  /** The UUID of its group, 16 bytes; of two contacts always the same. */
  readonly group: Uint8Array;
  readonly session: CosignSession;
  readonly notes: Notes;
  readonly file: SessionFile;
  /** As it was given to this process. */
  readonly psbt: string | undefined;
}

/** What is different from one session to the next. */
export type EntryParts = Pick<CosignSessionOptions, "wire" | "relay" | "hand" | "file" | "notes" | "self" | "taken">;

/** Which sessions a daemon has: those that go on, those that others may still ask about, and those that are on their way. */
export class SessionEntries {
  private readonly surroundings: Surroundings;
  private readonly meters: Meters;
  private readonly entries = new Map<string, Entry>();
  /** Ids of sessions whose relay could not be reached since this process began. */
  private readonly restoring = new Set<string>();
  private readonly contactTurns = new OneAtATime();
  private opening = 0;

  constructor(surroundings: Surroundings, meters: Meters) {
    this.surroundings = surroundings;
    this.meters = meters;
  }

  get all(): readonly Entry[] {
    return [...this.entries.values()];
  }

  /** Sessions that have not ended. */
  get active(): number {
    return this.all.filter(isActive).length + this.restoring.size;
  }

  /** The session of an id; undefined if there is none. */
  get(id: string): Entry | undefined {
    return this.entries.get(id);
  }

  /** The session of an id, as a caller writes it. Throws `MethodError`. */
  find(id: string): Entry {
    const plain = id.replaceAll("-", "").toLowerCase();
    const entry = this.entries.get(plain);
    if (entry !== undefined) return entry;
    throw this.restoring.has(plain) ? faults.restoring() : faults.unknownSession();
  }

  /** Counts a session that is being opened. Throws `MethodError` if there are too many. */
  async counted<T>(open: () => Promise<T>): Promise<T> {
    if (this.entries.size + this.opening >= limits.sessions) throw faults.tooManySessions();
    this.opening += 1;
    try {
      return await open();
    } finally {
      this.opening -= 1;
    }
  }

  /** Says of an id that its session is being taken up, until that is over. */
  async restored<T>(id: string, takeUp: () => Promise<T>): Promise<T> {
    this.restoring.add(id);
    try {
      return await takeUp();
    } finally {
      this.restoring.delete(id);
    }
  }

  add(parts: EntryParts, psbt?: string): Entry {
    const { clock, contacts: book, randomBytes, relay = "" } = this.surroundings;
    const { file, notes, wire } = parts;
    const now = clock.now().ms;
    const ended = () => void clock.wakeAt(clock.now().ms + limits.afterlife, () => this.forget(entry));
    const contacts = { book, relay: notes.relay || relay, turns: this.contactTurns };
    const { meters } = this;
    const session: CosignSession = new CosignSession({ ...parts, clock, randomBytes, meters, contacts, ended });
    const { group, session: id } = wire.parameters;
    const entry: Entry = { id: encodeHex(id), group, session, notes, file, psbt };
    this.entries.set(entry.id, entry);
    if (parts.relay !== undefined) meters.relayHeard(now);
    return entry;
  }

  /** It is not found any more, and nothing of it is needed after this process. */
  forget(entry: Entry): void {
    if (this.remove(entry)) void entry.file.end(true);
  }

  /** It is not found any more; whether it was. */
  remove(entry: Entry): boolean {
    return this.entries.get(entry.id) === entry && this.entries.delete(entry.id);
  }
}

/** Whether a session has not ended. */
export function isActive({ session }: Entry): boolean {
  return session.detail === undefined;
}
