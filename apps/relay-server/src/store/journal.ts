import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
  writevSync,
} from "node:fs";
import { join } from "node:path";
import { aroundBundles, type FrameChanges, HEAD } from "./journal-frame.ts";

/** Where a bundle stands in the journal. */
export interface JournalPlace {
  readonly epoch: number;
  readonly start: number;
  readonly size: number;
}

/** Bytes of a file with which it is full. */
const FULL = 16 * 1024 * 1024;
const EMPTY = Buffer.alloc(0);

/** The paths of the two files of a journal; that of a turn is `epoch % 2`. */
export function journalFiles(directory: string): readonly [string, string] {
  return [join(directory, "relay.db-ahead-0"), join(directory, "relay.db-ahead-1")];
}

/**
 * What transactions write, one frame each, synced before anything counts. It is written to two files in turn. While one
 * fills, what still lives of the other one is taken over into the database; of most messages nothing does, and so they
 * are written once and not three times. A file is used again from its beginning, because to sync a file that does not
 * grow takes half the time.
 */
export class Journal {
  /** Bytes of a file with which it is full; it takes more all the same. */
  readonly full: number;
  readonly #directory: string;
  readonly #files: (number | undefined)[] = [undefined, undefined];
  #epoch: number;
  /** Frames of this turn and of the one before. */
  #frames = 0;
  #framesBefore = 0;
  /** Where the next frame begins. */
  #end = 0;
  /** The bundles of the next frame. */
  #pieces: Uint8Array[] = [];
  #size = 0;

  /** Nothing may be left in the files of `epoch`. */
  constructor(directory: string, epoch: number, full = FULL) {
    this.#directory = directory;
    this.#epoch = epoch;
    this.full = full;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Bytes in the file. */
  get length(): number {
    return this.#end;
  }

  /** Puts a bundle into the next frame. Its pieces have to stay what they are until that is written. */
  add(pieces: readonly Uint8Array[], size: number): JournalPlace {
    const place = { epoch: this.#epoch, start: this.#end + HEAD + this.#size, size };
    this.#pieces.push(...pieces);
    this.#size += size;
    return place;
  }

  /** Writes the next frame. When it returns, the frame is durable; if it throws, there is none. */
  write(changes: FrameChanges): void {
    const counts = { number: this.#frames, before: this.#framesBefore, bundles: this.#size };
    const { head, tail, length } = aroundBundles({ epoch: this.#epoch, ...counts }, changes);
    const pieces = [head, ...this.#pieces, ...tail];
    this.forget();
    const file = this.#file(this.#epoch);
    let done = writevSync(file, pieces, this.#end);
    // A disk that is nearly full takes a part; the next attempt says what is the matter.
    const rest = done < length ? Buffer.concat(pieces) : EMPTY;
    while (done < length) done += writeSync(file, rest, done, length - done, this.#end + done);
    fdatasyncSync(file);
    this.#end += length;
    this.#frames++;
  }

  /** Empties the next frame. */
  forget(): void {
    this.#pieces = [];
    this.#size = 0;
  }

  read({ epoch, start, size }: JournalPlace): Buffer {
    if (epoch === this.#epoch && start >= this.#end) {
      return Buffer.concat(this.#pieces).subarray(start - this.#end - HEAD, start - this.#end - HEAD + size);
    }
    const bundle = Buffer.allocUnsafe(size);
    readSync(this.#file(epoch), bundle, 0, size, start);
    return bundle;
  }

  /** Goes on in the other file, of which nothing is wanted any more. */
  turn(): void {
    const before = this.#epoch - 1;
    const file = this.#files[before % 2];
    // What was too large for it once need not be kept for ever.
    if (file !== undefined && fstatSync(file).size > 2 * this.full) ftruncateSync(file, this.full);
    this.#epoch++;
    this.#framesBefore = this.#frames;
    this.#frames = 0;
    this.#end = 0;
  }

  /** Closes the files. If nothing is wanted of them any more they are removed. */
  close({ isDone }: { readonly isDone: boolean }): void {
    for (const file of this.#files.splice(0)) if (file !== undefined) closeSync(file);
    if (isDone) for (const path of journalFiles(this.#directory)) rmSync(path, { force: true });
  }

  #file(epoch: number): number {
    const index = epoch % 2;
    const known = this.#files[index];
    if (known !== undefined) return known;
    const file = openSync(journalFiles(this.#directory)[index] ?? "", constants.O_RDWR | constants.O_CREAT, 0o600);
    this.#files[index] = file;
    // That there is the file has to be durable, too.
    const folder = openSync(this.#directory, constants.O_RDONLY);
    fsyncSync(folder);
    closeSync(folder);
    return file;
  }
}
