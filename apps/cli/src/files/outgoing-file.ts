import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { limits } from "../limits.ts";
import type { Offer } from "../transfer/messages.ts";
import { mediaOf } from "./media.ts";
import { unreadable } from "./read-named-file.ts";

const CHUNK = 1024 * 1024;

/** A file that is offered: hashed once in the beginning, then read part by part. Close it. */
export class OutgoingFile {
  readonly offer: Offer;
  private readonly path: string;
  private readonly handle: FileHandle;

  private constructor(path: string, handle: FileHandle, offer: Offer) {
    this.path = path;
    this.handle = handle;
    this.offer = offer;
  }

  /** Opens and hashes a file. Throws `CommandError` if it cannot be read or is above the limit. */
  static async open(path: string): Promise<OutgoingFile> {
    let handle: FileHandle;
    try {
      handle = await open(path, "r");
    } catch (cause) {
      throw unreadable(path, cause);
    }
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new CommandError(ExitStatus.error, "file.not-a-file", `${path} is not a regular file.`);
      if (stat.size > limits.file) throw tooLarge(path, stat.size);
      return new OutgoingFile(path, handle, await describe(path, handle, stat.size));
    } catch (cause) {
      await handle.close();
      throw cause instanceof CommandError ? cause : unreadable(path, cause);
    }
  }

  /** Reads exactly these bytes. Throws `CommandError` if the file has become shorter. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await this.handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw changed(this.path);
      done += bytesRead;
    }
    return bytes;
  }

  /** What to say when the file is not any more what its offer says. */
  changed(): CommandError {
    return changed(this.path);
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

function changed(path: string): CommandError {
  const message = `${path} changed while it was being sent, so the other side did not keep it. Send it again.`;
  return new CommandError(ExitStatus.error, "file.changed", message);
}

async function describe(path: string, handle: FileHandle, size: number): Promise<Offer> {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(Math.min(CHUNK, Math.max(size, 1)));
  let media = mediaOf(new Uint8Array());
  let hashed = 0;
  while (hashed < size) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, size - hashed), hashed);
    if (bytesRead === 0) throw changed(path);
    if (hashed === 0) media = mediaOf(chunk.subarray(0, bytesRead));
    hash.update(chunk.subarray(0, bytesRead));
    hashed += bytesRead;
  }
  return { name: basename(path).toWellFormed(), size, sha256: hash.digest("hex"), media };
}

function tooLarge(path: string, size: number): CommandError {
  const message = `${path} has ${size} bytes; the limit is ${limits.file} (64 MiB). Split or compress it.`;
  return new CommandError(ExitStatus.error, "file.too-large", message);
}
