import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Makes sure that `path` is a directory that only its user can enter (0700), and that it is there after a crash. */
export async function privateDirectory(path: string): Promise<void> {
  const full = resolve(path);
  const highest = await mkdir(full, { recursive: true, mode: 0o700 });
  // What is durable in a new directory is lost if the directory is.
  for (let made = full; highest !== undefined && made.startsWith(highest); made = dirname(made)) {
    await syncDirectory(dirname(made));
  }
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) await chmod(path, 0o700);
}

/**
 * Writes a file so that a reader, and the disk after a crash, has either the old content or the new one: temporary file
 * (0600), fsync, rename, fsync of the directory.
 */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const handle = await open(temporary, "wx", 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
    await handle.close();
    await rename(temporary, path);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** What a reading answers, or undefined if there is no such file. Rejects with any other fault: it says nothing of the file. */
export async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Makes names in a directory durable; some systems cannot open a directory and need not. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r").catch(() => undefined);
  if (handle === undefined) return;
  try {
    await handle.sync();
  } catch {
    // A file system that does not sync directories orders its writes itself, or has no way to promise more.
  } finally {
    await handle.close();
  }
}
