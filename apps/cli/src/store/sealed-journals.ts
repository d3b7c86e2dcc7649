import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { type FileLock, lockFile } from "./file-lock.ts";
import { LogFault } from "./log-key.ts";
import { type Purpose, type SavedSession, SealedJournal } from "./sealed-journal.ts";

const SUFFIX = ".sealed";
const LOCK_SUFFIX = ".lock";
const LOCK = SUFFIX + LOCK_SUFFIX;
/** No relay keeps a session longer than a day without activity, so mostly nothing of it is of use longer. */
const KEPT_FOR_MS = 48 * 60 * 60 * 1000;

export interface SealedJournalsOptions {
  /** A directory (0700) with a file (0600) for each session. */
  readonly directory: string;
  /** The user's key, 32 bytes, secret; asked for at most once. */
  key(): Promise<Uint8Array>;
  /** Whether a session that nobody has taken up is kept however old it is, as what is nowhere else. */
  holds?(saved: SavedSession): boolean;
}

/** A session as it is listed. */
export type ListedSession =
  | { readonly id: string; readonly changed: Date; readonly state: "saved"; readonly saved: SavedSession }
  | { readonly id: string; readonly changed: Date; readonly state: "broken"; readonly detail: string };

/** The sessions that another process can take up: each in a file that is sealed by the user's key. */
export class SealedJournals {
  private readonly directory: string;
  private readonly getKey: () => Promise<Uint8Array>;
  private readonly holds: (saved: SavedSession) => boolean;
  private known: Promise<Uint8Array> | undefined;

  constructor({ directory, key, holds = () => false }: SealedJournalsOptions) {
    this.directory = directory;
    this.getKey = key;
    this.holds = holds;
  }

  /** A journal for a session that is about to begin; its file is made with its first entry. */
  async begin(purpose: Purpose): Promise<SealedJournal> {
    await this.sweep();
    return new SealedJournal({ directory: this.directory, suffix: SUFFIX, master: await this.key(), purpose });
  }

  /** Opens the journal of a session for another process. Throws `CommandError` if it is unknown, in use or damaged. */
  async open(id: string): Promise<{ readonly journal: SealedJournal; readonly saved: SavedSession }> {
    const path = join(this.directory, id + SUFFIX);
    if (!/^[\w-]+$/.test(id) || (await stat(path).catch(() => undefined)) === undefined) throw unknown(id);
    try {
      return await SealedJournal.open(path, await this.key());
    } catch (error) {
      throw explained(id, error);
    }
  }

  /** The sessions that were not ended, the latest first. One that cannot be read is listed, too. */
  async list(): Promise<readonly ListedSession[]> {
    const listed: ListedSession[] = [];
    for (const name of await readdir(this.directory).catch(() => [])) {
      if (!name.endsWith(SUFFIX)) continue;
      const id = name.slice(0, -SUFFIX.length);
      const found = await stat(join(this.directory, name)).catch(() => undefined);
      if (found !== undefined) listed.push(await this.describe(id, found.mtime));
    }
    return listed.sort((a, b) => b.changed.getTime() - a.changed.getTime());
  }

  /** How many there are that no process has, without opening any. */
  async countLeft(): Promise<number> {
    const names = await readdir(this.directory).catch(() => []);
    return names.filter((name) => name.endsWith(SUFFIX) && isLeft(join(this.directory, name))).length;
  }

  /** Removes what is known of a session. Throws `CommandError` if it is unknown, or open in another process. */
  async forget(id: string): Promise<void> {
    const path = join(this.directory, id + SUFFIX);
    if (!/^[\w-]+$/.test(id) || (await stat(path).catch(() => undefined)) === undefined) throw unknown(id);
    // A process that is at it would go on writing what nobody finds any more.
    const lock = lockFile(path);
    await rm(path, { force: true });
    lock.release(true);
  }

  private async describe(id: string, changed: Date): Promise<ListedSession> {
    try {
      const saved = await SealedJournal.read(join(this.directory, id + SUFFIX), await this.key());
      return { id, changed, state: "saved", saved };
    } catch (error) {
      return { id, changed, state: "broken", detail: explained(id, error).message };
    }
  }

  private async isHeld(path: string): Promise<boolean> {
    const saved = await SealedJournal.read(path, await this.key()).catch(() => undefined);
    return saved !== undefined && this.holds(saved);
  }

  private key(): Promise<Uint8Array> {
    this.known ??= this.getKey();
    return this.known;
  }

  private async sweep(): Promise<void> {
    for (const name of await readdir(this.directory).catch(() => [])) {
      const path = join(this.directory, name);
      if (name.endsWith(SUFFIX) && (await isOld(path)) && !(await this.isHeld(path))) await removeUnlessOpen(path);
      if (!name.endsWith(LOCK) || !(await isOld(path))) continue;
      // The lock of a journal that is there is not touched: without it, two could open that.
      const journal = path.slice(0, -LOCK_SUFFIX.length);
      if ((await stat(journal).catch(() => undefined)) === undefined) await removeUnlessOpen(journal);
    }
  }
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > KEPT_FOR_MS;
}

/** A process that waits for somebody for days still has its journal. */
async function removeUnlessOpen(path: string): Promise<void> {
  let lock: FileLock;
  try {
    lock = lockFile(path);
  } catch {
    return;
  }
  await rm(path, { force: true });
  lock.release(true);
}

function isLeft(path: string): boolean {
  try {
    lockFile(path).release();
    return true;
  } catch {
    return false;
  }
}

function unknown(id: string): CommandError {
  const message = `There is no session ${id} that could be resumed. See "countersign sessions".`;
  return new CommandError(ExitStatus.error, "session.unknown", message);
}

function explained(id: string, error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (error instanceof LogFault && error.what === "other-key") {
    const message = `The journal of session ${id} was sealed with another key than yours. Restore that key, or "countersign sessions forget ${id}".`;
    return new CommandError(ExitStatus.error, "session.other-key", message, { cause: error });
  }
  const reason = error instanceof LogFault ? error.message : "it cannot be read";
  const message = `The journal of session ${id} is damaged (${reason}), so the session is not resumed: what it has sent would be guesswork. Restore it from a backup, or "countersign sessions forget ${id}" and meet anew.`;
  return new CommandError(ExitStatus.error, "session.damaged", message, { cause: error });
}
