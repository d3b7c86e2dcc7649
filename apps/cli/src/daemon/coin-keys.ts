import { open } from "node:fs/promises";
import { readCoinKeys } from "@countersign/cosign/adaptor";
import { CommandError } from "../command-error.ts";
import type { Passphrase } from "../store/passphrase.ts";

/** What a file of keys that is sealed with age is called. */
const SEALED = ".age";

export interface CoinKeyFile {
  readonly path: string;
  /** Of one that is sealed. */
  readonly passphrase: Passphrase;
}

/** Why the keys of coins cannot be read: a sentence without its full stop, that says nothing of what is in the file. */
export class CoinKeyError extends Error {
  override readonly name = "CoinKeyError";
}

/**
 * Reads the keys of coins: one a line, in plain (0600), or sealed with age where the name ends so. Secret, and read anew
 * each time, so that they are in memory only while they are used. Throws `CoinKeyError`.
 */
export async function readCoinKeyFile({ path, passphrase }: CoinKeyFile): Promise<readonly Uint8Array[]> {
  const bytes = await readPrivately(path);
  const text = path.endsWith(SEALED) ? await unsealed(bytes, { path, passphrase }) : bytes;
  try {
    return readCoinKeys(new TextDecoder().decode(text));
  } catch (error) {
    throw new CoinKeyError(`${path}: ${error instanceof Error ? error.message : "it cannot be read"}`);
  } finally {
    text.fill(0);
  }
}

async function readPrivately(path: string): Promise<Uint8Array> {
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    throw new CoinKeyError(`${path} cannot be read (${error.code})`);
  });
  try {
    const { mode } = await handle.stat();
    const isOpen = process.platform !== "win32" && (mode & 0o077) !== 0;
    if (isOpen) throw new CoinKeyError(`${path} holds secret keys and others can read it: run chmod 600 on it`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

async function unsealed(bytes: Uint8Array, { path, passphrase }: CoinKeyFile): Promise<Uint8Array> {
  const { unseal } = await import("../store/sealed-file.ts");
  const word = await passphrase.toOpen(path).catch((error: unknown) => {
    throw error instanceof CommandError ? new CoinKeyError(`${path} is sealed, and there is no passphrase`) : error;
  });
  const opened = await unseal(bytes, word);
  if (opened === undefined) throw new CoinKeyError(`${path} does not open with this passphrase`);
  return opened;
}
