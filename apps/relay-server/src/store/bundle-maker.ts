import { aroundEntries, frameSize, type Mark } from "./bundle.ts";
import { checksum } from "./checksum.ts";

/** Bytes of entries in a bundle; one that is larger stands alone. Who reads one entry reads its whole bundle. */
const ROOM = 16 * 1024;

/** Gathers entries for a bundle. Their bytes stay where they are: mostly they stand one behind the other already. */
export class BundleMaker {
  #marks: Mark[] = [];
  #pieces: Uint8Array[] = [];
  #size = 0;

  get isEmpty(): boolean {
    return this.#marks.length === 0;
  }

  /** Bytes of the bundle. */
  get size(): number {
    return frameSize(this.#marks.length) + this.#size;
  }

  /** Whether an entry of so many bytes can be added. */
  hasRoom(size: number): boolean {
    return this.isEmpty || this.#size + size <= ROOM;
  }

  /** `seed`: of the checksums of the log. */
  add(entry: Uint8Array, { log, seed, position }: { log: number; seed: number; position: number }): void {
    this.move({ log, position, size: entry.length, checksum: checksum(seed, position, entry) }, entry);
  }

  /** Adds what stood in another bundle, as it is, damaged or not. */
  move(mark: Mark, bytes: Uint8Array): void {
    this.#marks.push(mark);
    this.#size += bytes.length;
    const last = this.#pieces.at(-1);
    if (last?.buffer !== bytes.buffer || last.byteOffset + last.length !== bytes.byteOffset) this.#pieces.push(bytes);
    else this.#pieces[this.#pieces.length - 1] = joined(last, bytes);
  }

  /** The bundle in pieces. They are good as long as the entries are where they were. */
  take(): readonly Uint8Array[] {
    const { front, back } = aroundEntries(this.#marks);
    const pieces = [front, ...this.#pieces, back];
    this.clear();
    return pieces;
  }

  clear(): void {
    this.#marks = [];
    this.#pieces = [];
    this.#size = 0;
  }
}

function joined(first: Uint8Array, next: Uint8Array): Uint8Array {
  return new Uint8Array(first.buffer, first.byteOffset, first.length + next.length);
}
