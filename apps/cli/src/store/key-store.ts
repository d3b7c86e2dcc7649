import { lstat, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { CommandError, usageError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { privateDirectory, unlessMissing, writeDurably } from "./durable-file.ts";
import { formatFacts, formatGroupKey, type GroupKey, type KeyFacts, parseFacts, parseGroupKey } from "./group-key.ts";
import { labelOf, nameOf } from "./label-names.ts";
import { writeFileAs } from "./new-file.ts";
import type { Passphrase } from "./passphrase.ts";
import type { Seal } from "./sealed-file.ts";

const SEALED = ".age";
const FACTS = ".json";
const AGE = "age-encryption.org/v1\n";

/** A key as it is listed, without its passphrase; without `facts` if the file that tells them is gone or damaged. */
export interface ListedKey {
  readonly label: string;
  readonly facts: KeyFacts | undefined;
}

/**
 * Shares of keys: one file each, sealed by a passphrase in the format of age, and beside it what may be known of the
 * key. Files are 0600, the directory 0700. What stands beside is for showing only; it is put right whenever the share is
 * opened.
 */
export class KeyStore {
  private readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  async list(): Promise<readonly ListedKey[]> {
    const names = (await unlessMissing(readdir(this.directory))) ?? [];
    const labels = names.filter((name) => name.endsWith(SEALED)).map((name) => labelOf(name.slice(0, -SEALED.length)));
    return await Promise.all(labels.sort().map(async (label) => ({ label, facts: await this.facts(label) })));
  }

  async has(label: string): Promise<boolean> {
    return (await unlessMissing(lstat(this.path(label, SEALED)))) !== undefined;
  }

  /** Whether this very share is here under this label: several of one key may be on one machine. */
  async hasSame({ label, id, number }: Pick<KeyFacts, "label" | "id" | "number">): Promise<boolean> {
    const facts = (await this.has(label)) ? await this.facts(label) : undefined;
    return facts?.id === id && facts.number === number;
  }

  /** The first of some labels that is free or has this very share; the last one if none is. */
  async freeLabel(labels: readonly [string, ...string[]], share: Pick<KeyFacts, "id" | "number">): Promise<string> {
    for (const label of labels) {
      if (!(await this.has(label)) || (await this.hasSame({ ...share, label }))) return label;
    }
    return labels.at(-1) ?? labels[0];
  }

  /** The label of the key that is meant: by its label, by the beginning of its id, or the only one. Throws `CommandError`. */
  async choose(typed: string | undefined): Promise<string> {
    const keys = await this.list();
    const exact = keys.find(({ label }) => label === typed);
    if (exact !== undefined) return exact.label;
    const fitting = keys.filter(({ facts }) => typed === undefined || (typed !== "" && facts?.id.startsWith(typed)));
    const [only, ...more] = fitting;
    if (only !== undefined && more.length === 0) return only.label;
    if (fitting.length > 0) {
      const message = `Say which key: ${fitting.map(({ label }) => label).join(", ")}.`;
      throw usageError("usage.key", message);
    }
    throw unknown(typed);
  }

  /** Opens a share. Throws `CommandError` if it is unknown, readable by others, broken, or the passphrase is wrong. */
  async unlock(label: string, passphrase: Passphrase): Promise<GroupKey> {
    const path = this.path(label, SEALED);
    if (!(await this.has(label))) throw unknown(label);
    const refuse = () => {
      throw exposed(path);
    };
    const key = await readSealedKey(path, passphrase, refuse);
    if (key.facts.label !== label) throw broken(path, `it is the key ${key.facts.label}`);
    await writeDurably(this.path(label, FACTS), Buffer.from(formatFacts(key.facts)));
    return key;
  }

  /** Keeps a share under its label. Throws `CommandError` if there is a key of this label. */
  async keep(key: GroupKey, seal: Seal): Promise<void> {
    const { label } = key.facts;
    if (await this.has(label)) throw taken(label);
    await privateDirectory(this.directory);
    // Another process may have made one of this label meanwhile.
    if (!(await writeFileAs(this.path(label, SEALED), await sealKey(key, seal)))) throw taken(label);
    await writeDurably(this.path(label, FACTS), Buffer.from(formatFacts(key.facts)));
  }

  /** Refuses a label that a key has already. Throws `CommandError`. */
  async expectFree(label: string): Promise<void> {
    if (await this.has(label)) throw taken(label);
  }

  private async facts(label: string): Promise<KeyFacts | undefined> {
    const text = await unlessMissing(readFile(this.path(label, FACTS), "utf8"));
    const parsed = text === undefined ? undefined : parseFacts(text);
    return parsed?.ok && parsed.value.label === label ? parsed.value : undefined;
  }

  private path(label: string, suffix: string): string {
    return join(this.directory, nameOf(label) + suffix);
  }
}

/**
 * Writes a copy of a share that the same passphrase opens, here or by age itself; under this name or not at all, since a
 * backup has to be where one thinks. Throws `CommandError`.
 */
export async function writeBackup(path: string, key: GroupKey, seal: Seal): Promise<void> {
  if ((await unlessMissing(lstat(path))) !== undefined) throw nameTaken(path);
  if (!(await writeFileAs(path, await sealKey(key, seal)))) throw nameTaken(path);
}

/**
 * Reads a share from its file, in the store or a backup; `open` is called before anybody is asked, if others can read
 * what is sealed there. Throws `CommandError`.
 */
export async function readSealedKey(path: string, passphrase: Passphrase, open: () => void): Promise<GroupKey> {
  const bytes = await readFile(path);
  if (!isSealed(bytes)) throw notSealed(path);
  const { mode } = await stat(path);
  if (process.platform !== "win32" && (mode & 0o077) !== 0) open();
  const { unseal } = await import("./sealed-file.ts");
  const opened = await unseal(bytes, await passphrase.toOpen(path));
  if (opened === undefined) throw locked(path);
  const parsed = parseGroupKey(Buffer.from(opened).toString("utf8"));
  opened.fill(0);
  if (!parsed.ok) throw broken(path, parsed.detail);
  return parsed.value;
}

/** Whether these bytes begin as files of age do. */
function isSealed(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, AGE.length)).toString("latin1") === AGE;
}

function sealKey(key: GroupKey, seal: Seal): Promise<Uint8Array> {
  return seal(Buffer.from(formatGroupKey(key)));
}

function unknown(label: string | undefined): CommandError {
  const message =
    label === undefined
      ? 'There is no key yet. "countersign keygen" makes one with others, "countersign restore" takes one from a backup.'
      : `There is no key ${label}. See "countersign keys".`;
  return new CommandError(ExitStatus.error, "key.unknown", message);
}

function taken(label: string): CommandError {
  const message = `There is a key ${label} already. Choose another name with --label; a key is never overwritten.`;
  return new CommandError(ExitStatus.usage, "usage.key-exists", message);
}

function exposed(path: string): CommandError {
  const message = `${path} holds a share of a key, and others can read it. Run "chmod 600 ${path}".`;
  return new CommandError(ExitStatus.error, "key.exposed", message);
}

function nameTaken(path: string): CommandError {
  const message = `There is a file ${path} already, and it stays as it is. Name another one for the backup.`;
  return new CommandError(ExitStatus.usage, "usage.file-exists", message);
}

function notSealed(path: string): CommandError {
  const message = `${path} is not a sealed share: it does not begin as a file of age. Nothing was done; check which file it is.`;
  return new CommandError(ExitStatus.error, "key.not-sealed", message);
}

function broken(path: string, detail: string): CommandError {
  const message = `${path} cannot be used: ${detail}. Restore the key from a backup.`;
  return new CommandError(ExitStatus.error, "key.broken", message);
}

function locked(path: string): CommandError {
  const message = `${path} does not open: the passphrase is wrong, or the file was changed. Nothing was done; try again.`;
  return new CommandError(ExitStatus.error, "key.locked", message);
}
