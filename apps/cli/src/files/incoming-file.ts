import { createHash, randomBytes } from "node:crypto";
import { type FileHandle, link, open, rename, rm, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncDirectory } from "../store/durable-file.ts";
import { numberedName } from "./safe-name.ts";

const MOST_NAMES = 1_000;
/** Errors of file systems that know no hard links (FAT and exFAT on a memory stick, some network mounts). */
const NO_LINKS = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "EACCES"]);

/**
 * A file that is being received: written beside its future place under a hidden name, readable by its user only. It
 * gets its name when it is complete, and never the name of a file that is there already.
 */
export class IncomingFile {
  /** The path of the hidden file. */
  readonly partial: string;
  private readonly directory: string;
  private readonly handle: FileHandle;
  private readonly hash = createHash("sha256");

  private constructor(directory: string, partial: string, handle: FileHandle) {
    this.directory = directory;
    this.partial = partial;
    this.handle = handle;
  }

  /** Creates the hidden file in `directory`, mode 0600. Throws what the file system says. */
  static async create(directory: string): Promise<IncomingFile> {
    const partial = join(directory, `.countersign-${randomBytes(8).toString("hex")}.part`);
    return new IncomingFile(directory, partial, await open(partial, "wx", 0o600));
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.hash.update(bytes);
    await this.handle.appendFile(bytes);
  }

  /** SHA-256 of everything that was written, in hexadecimal digits; ends the hashing. */
  digest(): string {
    return this.hash.digest("hex");
  }

  /** Gives the file its name, or the next free one like it, durably. Answers the path. */
  async keepAs(name: string): Promise<string> {
    await this.complete();
    for (let number = 1; number <= MOST_NAMES; number++) {
      const path = join(this.directory, number === 1 ? name : numberedName(name, number));
      if (await this.publish(path)) return path;
    }
    throw new Error(`${MOST_NAMES} files are called like ${name}`);
  }

  /** Gives the file this name, durably, and answers true; false if something has that name already. */
  async keepOnlyAs(name: string): Promise<boolean> {
    await this.complete();
    return await this.publish(join(this.directory, name));
  }

  /** Removes what was received so far; harmless after `keepAs`. */
  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.partial, { force: true });
  }

  private async complete(): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
  }

  /** Names the file `path`, durably, unless that exists. */
  private async publish(path: string): Promise<boolean> {
    if (!(await this.named(path))) return false;
    await syncDirectory(dirname(path));
    return true;
  }

  /** Names the file `path` unless that exists. `link` fails on an existing name; where there are no links, a new empty
   * file reserves the name first, and `rename` replaces that. */
  private async named(path: string): Promise<boolean> {
    try {
      await link(this.partial, path);
      await unlink(this.partial);
      return true;
    } catch (error) {
      const code = errorCode(error);
      if (code === "EEXIST") return false;
      if (!NO_LINKS.has(code)) throw error;
    }
    try {
      await (await open(path, "wx", 0o600)).close();
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      throw error;
    }
    await rename(this.partial, path);
    return true;
  }
}

/** Where a received file goes: the directory and, if the user said one, the name. */
export interface Destination {
  readonly directory: string;
  readonly name?: string;
}

/** Reads `--out`: an existing directory, or a new file in an existing directory. Answers what is wrong as a sentence. */
export async function readDestination(out: string | undefined): Promise<Destination | string> {
  if (out === undefined) return { directory: "." };
  const found = await stat(out).catch(() => undefined);
  if (found?.isDirectory()) return { directory: out };
  if (found !== undefined) return `${out} exists already. Name another file, or a directory.`;
  const directory = dirname(out);
  const parent = await stat(directory).catch(() => undefined);
  if (!parent?.isDirectory() || out.endsWith("/"))
    return `There is no directory ${out.endsWith("/") ? out : directory}.`;
  return { directory, name: out.slice(out.lastIndexOf("/") + 1) };
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
