import { type FileHandle, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Journal } from "@countersign/client";
import type { PeerGroupEntry, SessionParameters } from "@countersign/handshake";
import { formatUuid, utf8 } from "@countersign/wire";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { privateDirectory, unlessMissing, writeDurably } from "./durable-file.ts";

const SUFFIX = ".journal";
/** No code lives longer, so nothing that was charged against one is needed longer. */
const KEPT_FOR_MS = 24 * 60 * 60 * 1000;

/** What earlier runs with the same code have left behind. */
export interface Past {
  readonly guessesUsed: number;
  /** The words differed, or could not be compared to the end: this code must not be used again. */
  readonly burned: boolean;
}

/**
 * The journal of one session: one JSON line an entry, on disk before `write` resolves.
 *
 * A session of this program ends with its process: every run takes its seat under a new eid, to which the times (`at`)
 * and the nonce of the SAS belong, so those are worth nothing later and are not written. What counts across runs is what
 * was charged against the code: it is kept when a session fails, until no code can be that old.
 */
export class SessionJournal implements Journal {
  private readonly directory: string;
  private readonly role: "send" | "receive";
  private file: { readonly path: string; readonly handle: FileHandle } | undefined;

  /** `role` tells the two ends of one session apart, which may be on one machine. */
  constructor(directory: string, role: "send" | "receive") {
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

  async write(entry: PeerGroupEntry, session: SessionParameters): Promise<void> {
    if (entry.type === "at" || entry.type === "sas-nonce") return;
    this.file ??= await this.open(session);
    await this.file.handle.appendFile(`${JSON.stringify(entry)}\n`);
    await this.file.handle.datasync();
  }

  /** Ends the journal: after a success it goes, else it stays for who tries the same code again. */
  async end(success: boolean): Promise<void> {
    await this.file?.handle.close();
    if (success && this.file !== undefined) await rm(this.file.path, { force: true });
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
