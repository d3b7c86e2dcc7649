import { type FileHandle, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Journal, JournalEntry } from "@countersign/client";
import type { SessionParameters } from "@countersign/handshake";
import { formatUuid, utf8 } from "@countersign/wire";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { privateDirectory, unlessMissing, writeDurably } from "./durable-file.ts";

const SUFFIX = ".journal";
/** No code lives longer, so nothing that was charged against one is needed longer. */
const KEPT_FOR_MS = 24 * 60 * 60 * 1000;

/** The ends that a session may have on one machine. */
export type SessionEnd = "send" | "receive" | "host" | "guest";

/** What earlier runs with the same code have left behind. */
export interface Past {
  readonly guessesUsed: number;
  /** The words differed, or could not be compared to the end: this code must not be used again. */
  readonly burned: boolean;
}

/**
 * What was charged against the code of one session: one JSON line an entry, on disk before `write` resolves, in plain,
 * since it holds no secret. It counts for whoever tries the same code again under a new eid, and so it is kept when a
 * session fails, until no code can be that old. All other entries are of the session alone, and not written here.
 */
export class SessionJournal implements Journal {
  private readonly directory: string;
  private readonly role: SessionEnd;
  private file: { readonly path: string; readonly handle: FileHandle } | undefined;
  private writing: Promise<void> = Promise.resolve();

  /** `role` tells the two ends of one session apart, which may be on one machine. */
  constructor(directory: string, role: SessionEnd) {
    this.directory = directory;
    this.role = role;
  }

  /**
   * Reads what earlier runs charged against the code of this session, and removes what is too old to matter. Throws
   * `CommandError` if that cannot be read: it does not mean that there is nothing.
   */
  async past(session: SessionParameters): Promise<Past> {
    await this.sweep();
    try {
      return readPast((await unlessMissing(readFile(this.path(session), "utf8"))) ?? "");
    } catch (cause) {
      throw unreadable(cause);
    }
  }

  async write(entry: JournalEntry, session: SessionParameters): Promise<void> {
    if (entry.type !== "guesses" && entry.type !== "sas-revealed" && entry.type !== "sas-failed") return;
    const line = `${JSON.stringify(entry)}\n`;
    // One behind the other, in the order in which they came.
    const written = this.writing.then(async () => {
      this.file ??= await this.open(session);
      await this.file.handle.appendFile(line);
      await this.file.handle.datasync();
    });
    this.writing = written.catch(() => undefined);
    await written;
  }

  /**
   * Ends the journal: after a success it goes, with what an earlier process has written for the same session, else it
   * stays for who tries the same code again.
   */
  async end(success: boolean, session?: SessionParameters): Promise<void> {
    await this.file?.handle.close();
    const path = session === undefined ? this.file?.path : this.path(session);
    if (success && path !== undefined) await rm(path, { force: true });
    this.file = undefined;
  }

  private async open(session: SessionParameters): Promise<{ readonly path: string; readonly handle: FileHandle }> {
    await privateDirectory(this.directory);
    const path = this.path(session);
    // Creating it durably first: the name of a file that only `open` has made may be lost in a crash.
    if ((await unlessMissing(stat(path))) === undefined) await writeDurably(path, utf8(""));
    return { path, handle: await open(path, "a", 0o600) };
  }

  private path({ session }: SessionParameters): string {
    return join(this.directory, `${formatUuid(session)}-${this.role}${SUFFIX}`);
  }

  private async sweep(): Promise<void> {
    for (const name of await readdir(this.directory).catch(() => [])) {
      const path = join(this.directory, name);
      const found = name.endsWith(SUFFIX) ? await stat(path).catch(() => undefined) : undefined;
      if (found !== undefined && Date.now() - found.mtimeMs > KEPT_FOR_MS) await rm(path, { force: true });
    }
  }
}

function unreadable(cause: unknown): CommandError {
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
  const message = `The journal of an earlier run cannot be read (${reason}), so this code is not used. Check the disk and its permissions.`;
  return new CommandError(ExitStatus.error, "local.journal", message, { cause });
}

/** Reads the lines; one that a crash has cut off says nothing. */
function readPast(text: string): Past {
  let guessesUsed = 0;
  let burned = false;
  for (const line of text.split("\n")) {
    const entry = readLine(line);
    if (entry?.["type"] === "guesses" && typeof entry["count"] === "number") guessesUsed = entry["count"];
    if (entry?.["type"] === "sas-revealed" || entry?.["type"] === "sas-failed") burned = true;
  }
  return { guessesUsed, burned };
}

function readLine(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
