import { basename, dirname } from "node:path";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { IncomingFile } from "../files/incoming-file.ts";

/**
 * Writes a new file (0600), durably, under this name or the next free one like it: nothing is ever overwritten. Answers
 * its path. Throws `CommandError`.
 */
export async function writeNewFile(path: string, bytes: Uint8Array): Promise<string> {
  return await write(path, bytes, (file) => file.keepAs(basename(path)));
}

/** As `writeNewFile`, under this very name; answers whether it was free. Throws `CommandError`. */
export async function writeFileAs(path: string, bytes: Uint8Array): Promise<boolean> {
  return await write(path, bytes, async (file) => {
    const isKept = await file.keepOnlyAs(basename(path));
    if (!isKept) await file.discard();
    return isKept;
  });
}

async function write<Kept>(
  path: string,
  bytes: Uint8Array,
  keep: (file: IncomingFile) => Promise<Kept>,
): Promise<Kept> {
  let file: IncomingFile | undefined;
  try {
    file = await IncomingFile.create(dirname(path));
    await file.write(bytes);
    return await keep(file);
  } catch (cause) {
    await file?.discard();
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
    const message = `${path} cannot be written (${reason}). Check the disk and its permissions.`;
    throw new CommandError(ExitStatus.error, "file.unwritable", message, { cause });
  }
}
