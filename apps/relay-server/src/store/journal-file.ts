import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
  writevSync,
} from "node:fs";
import { dirname } from "node:path";

/** Bytes by which a file grows beyond what is written: to sync one that grows takes more than twice the time. */
const AHEAD = 1024 * 1024;
const ZEROS = Buffer.alloc(AHEAD);
const EMPTY = Buffer.alloc(0);

/** One of the files of the journal. */
export class JournalFile {
  readonly #descriptor: number;
  #size: number;

  /** Makes it if need be. */
  constructor(path: string) {
    this.#descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    this.#size = fstatSync(this.#descriptor).size;
    // That there is the file has to be durable, too.
    const folder = openSync(dirname(path), constants.O_RDONLY);
    fsyncSync(folder);
    closeSync(folder);
  }

  /** Writes pieces of so many bytes in all to a place. When it returns, they are durable. */
  write(pieces: readonly Uint8Array[], { at, length }: { readonly at: number; readonly length: number }): void {
    let done = writevSync(this.#descriptor, pieces, at);
    // A disk that is nearly full takes a part; the next attempt says what is the matter.
    const rest = done < length ? Buffer.concat(pieces) : EMPTY;
    while (done < length) done += writeSync(this.#descriptor, rest, done, length - done, at + done);
    if (at + length > this.#size) this.#grow(at + length);
    fdatasyncSync(this.#descriptor);
  }

  read(at: number, size: number): Buffer {
    const bytes = Buffer.allocUnsafe(size);
    readSync(this.#descriptor, bytes, 0, size, at);
    return bytes;
  }

  /** Gives back what it is larger than it has to be, if that is much. */
  shrink(size: number): void {
    if (this.#size < 2 * size) return;
    ftruncateSync(this.#descriptor, size);
    this.#size = size;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #grow(end: number): void {
    this.#size = end;
    try {
      this.#size += writeSync(this.#descriptor, ZEROS, 0, AHEAD, end);
    } catch {
      // It only saves time.
    }
  }
}
