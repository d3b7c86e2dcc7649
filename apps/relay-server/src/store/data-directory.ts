import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { messageOf, StartError } from "../failure.ts";

/**
 * Makes the folder (0700) and the database file in it (0600) if need be, and answers the path of the file. A folder
 * that was there keeps its mode; the files in it are closed to others in any case.
 */
export function prepareDatabaseFile(directory: string): string {
  const file = join(directory, "relay.db");
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    closeSync(openSync(file, "a", 0o600));
    chmodSync(file, 0o600);
  } catch (error) {
    throw new StartError(`cannot write to the data directory ${directory}: ${messageOf(error)}`);
  }
  return file;
}
