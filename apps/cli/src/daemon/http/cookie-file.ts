import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { StartError } from "../start-error.ts";

/** The user that the cookie file is for. */
export const COOKIE_USER = "__cookie__";

/** A password that is new at every start, for whoever may read the file. */
export interface CookieFile {
  /** `USER:PASSWORD`, as it stands in the file. */
  readonly content: string;
  remove(): void;
}

/** Writes a new cookie under a temporary name, and then under its own. Throws `StartError`. */
export function createCookieFile({ path, mode }: { readonly path: string; readonly mode: number }): CookieFile {
  const content = `${COOKIE_USER}:${randomBytes(32).toString("hex")}`;
  const temporary = `${path}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // A rest of one that crashed, or a link that somebody has laid, is not written into.
    rmSync(temporary, { force: true });
    writeFileSync(temporary, content, { mode: 0o600, flag: "wx" });
    if (mode !== 0o600) chmodSync(temporary, mode);
    renameSync(temporary, path);
  } catch (error) {
    throw new StartError(`cannot write the cookie file ${path}: ${(error as NodeJS.ErrnoException).code}`);
  }
  return { content, remove: () => rmSync(path, { force: true }) };
}
