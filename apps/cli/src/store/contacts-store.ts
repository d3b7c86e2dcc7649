import { lstat, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { type Contact, formatContact, parseContact } from "./contact.ts";
import { privateDirectory, writeDurably } from "./durable-file.ts";
import { labelOf, nameOf } from "./label-names.ts";
import type { Passphrase } from "./passphrase.ts";

const PLAIN = ".json";
const SEALED = ".json.age";

/** A contact as it is listed; of a sealed one nothing but its label is known without its passphrase. */
export type ListedContact =
  | { readonly label: string; readonly state: "plain"; readonly contact: Contact }
  | { readonly label: string; readonly state: "sealed" }
  | { readonly label: string; readonly state: "broken"; readonly detail: string };

/** The user's contacts: one file each (0600) in a directory of their own (0700), in plain or sealed by a passphrase. */
export class ContactsStore {
  private readonly directory: string;
  private readonly passphrase: Passphrase;

  constructor(directory: string, passphrase: Passphrase) {
    this.directory = directory;
    this.passphrase = passphrase;
  }

  async list(): Promise<readonly ListedContact[]> {
    const names = await readdir(this.directory).catch(() => []);
    const listed: ListedContact[] = [];
    for (const name of names.sort()) {
      if (name.endsWith(SEALED)) listed.push({ label: labelOf(name.slice(0, -SEALED.length)), state: "sealed" });
      else if (name.endsWith(PLAIN)) listed.push(await this.describe(labelOf(name.slice(0, -PLAIN.length))));
    }
    return listed;
  }

  /** Whether there is a contact of this label. */
  async has(label: string): Promise<boolean> {
    return (await this.find(label)) !== undefined;
  }

  /** Reads a contact. Throws `CommandError` if it is unknown, readable by others, broken or cannot be opened. */
  async read(label: string): Promise<Contact> {
    const file = await this.find(label);
    if (file === undefined) throw unknown(label);
    const parsed = parseContact(await this.text(file));
    if (!parsed.ok) throw broken(file.path, parsed.detail);
    if (parsed.contact.label !== label) throw broken(file.path, `it is the contact ${parsed.contact.label}`);
    return parsed.contact;
  }

  /** Gets the passphrase that a sealed contact is going to need, while there is time to type it. */
  async readyToSeal(): Promise<void> {
    await this.passphrase.toSeal();
  }

  /** Writes a contact: sealed if asked for or if its file is sealed already. */
  async write(contact: Contact, options: { readonly seal?: boolean } = {}): Promise<void> {
    await privateDirectory(this.directory);
    const existing = await this.find(contact.label);
    const sealed = existing?.sealed ?? options.seal ?? false;
    const bytes = Buffer.from(formatContact(contact));
    const path = this.path(contact.label, sealed);
    if (!sealed) return await writeDurably(path, bytes);
    const { seal } = await import("./sealed-file.ts");
    await writeDurably(path, await seal(bytes, await this.passphrase.toSeal()));
  }

  /** Removes a contact and with it the keys that were made for it. Throws `CommandError` if it is unknown. */
  async forget(label: string): Promise<void> {
    const file = await this.find(label);
    if (file === undefined) throw unknown(label);
    await rm(file.path);
  }

  private async describe(label: string): Promise<ListedContact> {
    try {
      return { label, state: "plain", contact: await this.read(label) };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return { label, state: "broken", detail: error.message };
    }
  }

  private async text(file: { readonly path: string; readonly sealed: boolean }): Promise<string> {
    const { mode } = await lstat(file.path);
    if (process.platform !== "win32" && (mode & 0o077) !== 0) throw exposed(file.path);
    const bytes = await readFile(file.path);
    if (!file.sealed) return bytes.toString("utf8");
    const { unseal } = await import("./sealed-file.ts");
    const opened = await unseal(bytes, await this.passphrase.toOpen(file.path));
    if (opened === undefined) throw locked(file.path);
    return Buffer.from(opened).toString("utf8");
  }

  private async find(label: string): Promise<{ readonly path: string; readonly sealed: boolean } | undefined> {
    for (const sealed of [false, true]) {
      const path = this.path(label, sealed);
      if (await lstat(path).catch(() => undefined)) return { path, sealed };
    }
    return undefined;
  }

  private path(label: string, sealed: boolean): string {
    return join(this.directory, nameOf(label) + (sealed ? SEALED : PLAIN));
  }
}

function unknown(label: string): CommandError {
  const message = `There is no contact ${label}. See "countersign contacts list"; to make one, pair with --as ${label}.`;
  return new CommandError(ExitStatus.error, "contact.unknown", message);
}

function exposed(path: string): CommandError {
  const message = `${path} holds secret keys and others can read it. Run "chmod 600 ${path}", or forget the contact and pair again.`;
  return new CommandError(ExitStatus.error, "contact.exposed", message);
}

function broken(path: string, detail: string): CommandError {
  const message = `${path} cannot be used: ${detail}. Restore it from a backup, or forget the contact and pair again.`;
  return new CommandError(ExitStatus.error, "contact.broken", message);
}

function locked(path: string): CommandError {
  const message = `${path} does not open with this passphrase. Try again with the right one.`;
  return new CommandError(ExitStatus.error, "contact.locked", message);
}
