import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  addEntry,
  decodeEntry,
  encodeEntry,
  type Journal,
  type JournalEntry,
  type SessionRecord,
} from "@countersign/client";
import type { SessionParameters } from "@countersign/handshake";
import { concat, decodeUtf8, formatUuid, u8, utf8 } from "@countersign/wire";
import { privateDirectory } from "./durable-file.ts";
import { type FileLock, lockFile } from "./file-lock.ts";
import { LogFault } from "./log-key.ts";
import { readRecords } from "./log-records.ts";
import { SealedLog, type SealedLogOptions } from "./sealed-log.ts";

/** What a record of the log is. */
const Kind = { entry: 0, purpose: 1, checkpoint: 2 } as const;

/** What a session is for, in the program's own words: JSON, which whoever takes it up is given again. */
export type Purpose = Readonly<Record<string, unknown>>;

/** What a file amounts to. Secret. */
export interface SavedSession {
  readonly record: SessionRecord;
  readonly purpose: Purpose;
  /** Where the ceremony was that ran in the session; undefined if none had begun. Secret. */
  readonly checkpoint: Uint8Array | undefined;
}

export interface SealedJournalOptions {
  readonly directory: string;
  readonly suffix: string;
  /** 32 bytes, secret. */
  readonly master: Uint8Array;
  readonly purpose: Purpose;
}

/**
 * The journal of one session, in a sealed file that is made with its first entry. One process has it at a time. What
 * `acknowledged` says is made good by the next link, so that it waits for the next entry that matters.
 */
export class SealedJournal implements Journal {
  private readonly master: Uint8Array;
  private readonly pathOf: (session: SessionParameters, number: number) => string;
  private record: SessionRecord | undefined;
  private purpose: Purpose;
  private checkpoint: Uint8Array | undefined;
  private file: { readonly path: string; readonly log: SealedLog; readonly lock: FileLock } | undefined;
  private making: Promise<void> | undefined;

  constructor({ directory, suffix, master, purpose }: SealedJournalOptions) {
    this.master = master;
    this.purpose = purpose;
    this.pathOf = ({ session }, number) => join(directory, `${formatUuid(session)}-${number}${suffix}`);
  }

  /** Reads a file without a claim to it. Throws `LogFault`. */
  static async read(path: string, master: Uint8Array): Promise<SavedSession> {
    return savedOf(readRecords(await readFile(path), master).records);
  }

  /** Takes a file over from a process that has ended. Throws `LogFault`, and `CommandError` if that process lives. */
  static async open(
    path: string,
    master: Uint8Array,
  ): Promise<{ readonly journal: SealedJournal; readonly saved: SavedSession }> {
    const lock = lockFile(path);
    try {
      const journal = new SealedJournal({ directory: "", suffix: "", master, purpose: {} });
      const { log, records } = await SealedLog.open(journal.logAt(path));
      const saved = savedOf(records);
      journal.file = { path, log, lock };
      // The session changes the record that it is given; what the file amounts to is kept apart.
      journal.record = savedOf(records).record;
      journal.purpose = saved.purpose;
      journal.checkpoint = saved.checkpoint;
      return { journal, saved };
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  async write(entry: JournalEntry, session: SessionParameters): Promise<void> {
    const bytes = encode(entry);
    const isFirst = this.file === undefined && this.making === undefined;
    if (isFirst) {
      // The session erases secrets in the record that it gave.
      this.record = addEntry(undefined, entryOf(bytes));
      if (this.record === undefined) throw new Error("a journal begins with a record");
      this.making = this.make(this.pathOf(session, this.record.origin.number), bytes);
    }
    // Also where the file is there: whoever came first goes first.
    await this.making;
    if (isFirst) return;
    // In the same turn in which it goes to the log, so that a snapshot never has what is still to be appended.
    this.record = addEntry(this.record, entry);
    if (entry.type === "acknowledged") this.file?.log.add(bytes);
    else await this.file?.log.append(bytes);
  }

  /** Changes what the session is for. */
  async note(purpose: Purpose): Promise<void> {
    this.purpose = purpose;
    await this.making;
    await this.file?.log.append(encodePurpose(purpose));
  }

  /** Says where the ceremony is that runs in the session, in place of what was said before; on disk when it resolves. */
  async keep(checkpoint: Uint8Array): Promise<void> {
    this.checkpoint = checkpoint;
    await this.making;
    if (this.file === undefined) throw new Error("the journal is closed");
    await this.file.log.append(encodeCheckpoint(checkpoint));
  }

  /** Whether there is a file that another process could take up. */
  get isBegun(): boolean {
    return this.file !== undefined;
  }

  /** Leaves the session to another process; or ends it for good, and what is known of it goes. */
  async end(forGood: boolean): Promise<void> {
    await this.making?.catch(() => undefined);
    const { file } = this;
    this.file = undefined;
    await file?.log.close();
    if (forGood && file !== undefined) await rm(file.path, { force: true });
    file?.lock.release(forGood);
  }

  private async make(path: string, first: Uint8Array): Promise<void> {
    await privateDirectory(join(path, ".."));
    const lock = lockFile(path);
    const log = await SealedLog.create(this.logAt(path), [first, encodePurpose(this.purpose)]);
    this.file = { path, log, lock };
  }

  private logAt(path: string): SealedLogOptions {
    return {
      path,
      master: this.master,
      snapshot: () => this.snapshot(),
      needed: () => bytesOf(this.record) + (this.checkpoint?.length ?? 0),
    };
  }

  private snapshot(): readonly Uint8Array[] {
    const { record, purpose, checkpoint } = this;
    if (record === undefined) return [];
    const entries = [encode({ type: "record", record }), encodePurpose(purpose)];
    return checkpoint === undefined ? entries : [...entries, encodeCheckpoint(checkpoint)];
  }
}

/** What the messages of a record take in a file, where bytes are written as base64url. */
function bytesOf(record: SessionRecord | undefined): number {
  const { inbox = [], peers = [] } = record?.history ?? {};
  const contents = [...inbox, ...peers.flatMap(({ unacknowledged }) => unacknowledged)];
  return contents.reduce((sum, { content }) => sum + Math.ceil((content.length * 4) / 3), 0);
}

function savedOf(records: readonly Uint8Array[]): SavedSession {
  let record: SessionRecord | undefined;
  let purpose: Purpose = {};
  let checkpoint: Uint8Array | undefined;
  for (const bytes of records) {
    if (bytes[0] === Kind.purpose) purpose = purposeOf(bytes);
    else if (bytes[0] === Kind.checkpoint) checkpoint = bytes.slice(1);
    else record = addEntry(record, entryOf(bytes));
  }
  if (record === undefined) throw new LogFault("damaged", "it does not say which session it is of");
  return { record, purpose, checkpoint };
}

function encode(entry: JournalEntry): Uint8Array {
  return concat(u8(Kind.entry), encodeEntry(entry));
}

function entryOf(bytes: Uint8Array): JournalEntry {
  const entry = decodeEntry(bytes.subarray(1));
  if (bytes[0] !== Kind.entry || !entry.ok) throw new LogFault("damaged", "it was written by another version");
  return entry.value;
}

function encodePurpose(purpose: Purpose): Uint8Array {
  return concat(u8(Kind.purpose), utf8(JSON.stringify(purpose)));
}

function encodeCheckpoint(checkpoint: Uint8Array): Uint8Array {
  return concat(u8(Kind.checkpoint), checkpoint);
}

function purposeOf(bytes: Uint8Array): Purpose {
  const text = decodeUtf8(bytes.subarray(1));
  return text.ok ? (JSON.parse(text.value) as Purpose) : {};
}
