import { randomBytes } from "node:crypto";
import { lstat, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { privateDirectory, unlessMissing, writeDurably } from "./durable-file.ts";
import type { Passphrase } from "./passphrase.ts";

const LENGTH = 32;
const SEALED = ".age";

/**
 * The key that seals the journals of sessions: made once, and kept beside the contacts in a file of its own (0600). Where
 * a passphrase file is configured it is sealed by that passphrase, as contacts are. Throws `CommandError`.
 */
export async function readJournalKey(path: string, passphrase: Passphrase, seal: boolean): Promise<Uint8Array> {
  const plain = await read(path);
  if (plain !== undefined) return plain;
  const sealed = await read(path + SEALED);
  if (sealed === undefined) return await make(path, passphrase, seal);
  const { unseal } = await import("./sealed-file.ts");
  const key = await unseal(sealed, await passphrase.toOpen(path + SEALED));
  if (key === undefined) throw locked(path + SEALED);
  return key;
}

async function read(path: string): Promise<Uint8Array | undefined> {
  const found = await unlessMissing(lstat(path));
  if (found === undefined) return undefined;
  if (process.platform !== "win32" && (found.mode & 0o077) !== 0) throw exposed(path);
  const bytes = new Uint8Array(await readFile(path));
  if (!path.endsWith(SEALED) && bytes.length !== LENGTH) throw broken(path);
  return bytes;
}

async function make(path: string, passphrase: Passphrase, seal: boolean): Promise<Uint8Array> {
  await privateDirectory(dirname(path));
  const key = new Uint8Array(randomBytes(LENGTH));
  if (!seal) {
    await writeDurably(path, key);
    return key;
  }
  const { seal: sealFor } = await import("./sealed-file.ts");
  await writeDurably(path + SEALED, await sealFor(key, await passphrase.toSeal()));
  return key;
}

function exposed(path: string): CommandError {
  const message = `${path} opens the journals of your sessions and others can read it. Run "chmod 600 ${path}".`;
  return new CommandError(ExitStatus.error, "session.exposed", message);
}

function broken(path: string): CommandError {
  const message = `${path} is no key. Restore it from a backup; without it, sessions that were interrupted cannot be resumed. To begin anew, remove it.`;
  return new CommandError(ExitStatus.error, "session.no-key", message);
}

function locked(path: string): CommandError {
  const message = `${path} does not open with this passphrase. Try again with the right one.`;
  return new CommandError(ExitStatus.error, "session.locked", message);
}
