import { frameSize, type Mark, writeBundle } from "./bundle.ts";
import { checksum } from "./checksum.ts";

/** Bytes of entries in a bundle; one that is larger stands alone. Who reads one entry reads its whole bundle. */
const ROOM = 16 * 1024;

/** Gathers entries for a bundle. Its buffers are used again and again. */
export class BundleMaker {
  #marks: Mark[] = [];
  #entries: Buffer = Buffer.alloc(4 * ROOM);
  #bundle: Buffer = Buffer.alloc(4 * ROOM);
  #size = 0;

  get isEmpty(): boolean {
    return this.#marks.length === 0;
  }

  /** Whether an entry of so many bytes can be added. */
  hasRoom(size: number): boolean {
    return this.isEmpty || this.#size + size <= ROOM;
  }

  /** `seed`: of the checksums of the log. */
  add(entry: Uint8Array, { log, seed, position }: { log: number; seed: number; position: number }): void {
    const bytes = this.#put(entry);
    this.#marks.push({ log, position, size: entry.length, checksum: checksum(seed, position, bytes) });
  }

  /** Adds what stood in another bundle, as it is, damaged or not. */
  move(mark: Mark, bytes: Uint8Array): void {
    this.#put(bytes);
    this.#marks.push(mark);
  }

  /** The bundle, until something is added for the next one. */
  take(): Uint8Array {
    this.#bundle = withRoom(this.#bundle, frameSize(this.#marks.length) + this.#size);
    const bundle = writeBundle(this.#bundle, this.#marks, this.#entries.subarray(0, this.#size));
    this.clear();
    return bundle;
  }

  clear(): void {
    this.#marks = [];
    this.#size = 0;
  }

  #put(bytes: Uint8Array): Uint8Array {
    const start = this.#size;
    this.#size += bytes.length;
    this.#entries = withRoom(this.#entries, this.#size);
    this.#entries.set(bytes, start);
    return this.#entries.subarray(start, this.#size);
  }
}

/** The buffer, or a larger one that begins with the same bytes. */
function withRoom(buffer: Buffer, size: number): Buffer {
  if (size <= buffer.length) return buffer;
  const larger = Buffer.alloc(2 * size);
  buffer.copy(larger);
  return larger;
}
