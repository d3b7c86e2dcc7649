import { rmSync } from "node:fs";
import { join } from "node:path";
import { JournalFile } from "./journal-file.ts";
import { aroundBundles, type FrameChanges, HEAD } from "./journal-frame.ts";

/** Where a bundle stands in the journal. */
export interface JournalPlace {
  readonly epoch: number;
  readonly start: number;
  readonly size: number;
}

/** Bytes of a file with which it is full. */
const FULL = 16 * 1024 * 1024;

/** The paths of the two files of a journal; that of a turn is `epoch % 2`. */
export function journalFiles(directory: string): readonly [string, string] {
  return [join(directory, "relay.db-ahead-0"), join(directory, "relay.db-ahead-1")];
}

/**
 * What transactions write, one frame each, synced before anything counts. It is written to two files in turn. While one
 * fills, what still lives of the other one is taken over into the database; of most messages nothing does, and so they
 * are written once and not three times.
 */
export class Journal {
  /** Bytes of a file with which it is full; it takes more all the same. */
  readonly full: number;
  readonly #directory: string;
  readonly #files: (JournalFile | undefined)[] = [undefined, undefined];
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
    this.#file(this.#epoch).write(pieces, { at: this.#end, length });
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
    return this.#file(epoch).read(start, size);
  }

  /** Goes on in the other file, of which nothing is wanted any more. */
  turn(): void {
    this.#epoch++;
    // What was too large for it once need not be kept for ever.
    this.#files[this.#epoch % 2]?.shrink(this.full);
    this.#framesBefore = this.#frames;
    this.#frames = 0;
    this.#end = 0;
  }

  /** Closes the files. If nothing is wanted of them any more they are removed. */
  close({ isDone }: { readonly isDone: boolean }): void {
    for (const file of this.#files.splice(0)) file?.close();
    if (isDone) for (const path of journalFiles(this.#directory)) rmSync(path, { force: true });
  }

  #file(epoch: number): JournalFile {
    const index = epoch % 2;
    const file = this.#files[index] ?? new JournalFile(journalFiles(this.#directory)[index] ?? "");
    this.#files[index] = file;
    return file;
  }
}
