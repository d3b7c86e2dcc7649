import { readFile } from "node:fs/promises";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";

/** Reads a file that the user has named. Throws `CommandError` if it is not there or cannot be read. */
export async function readNamedFile(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** A file that the user has named is not there, or cannot be read. */
export function unreadable(path: string, cause: unknown): CommandError {
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
  const message =
    reason === "ENOENT" ? `There is no file ${path}. Check the path.` : `${path} cannot be read (${reason}).`;
  return new CommandError(ExitStatus.error, "file.unreadable", message, { cause });
}
