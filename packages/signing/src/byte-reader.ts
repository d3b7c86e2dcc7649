import { readU16, readU32 } from "@countersign/wire";

class Truncated extends Error {}

/** Reads fields one after the other; within `readStrictly` only. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next `length` bytes, as a copy. */
  take(length: number): Uint8Array {
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw new Truncated();
    const taken = this.#bytes.slice(this.#offset, end);
    this.#offset = end;
    return taken;
  }

  /** So many fields of the same length. */
  takeEach(count: number, length: number): Uint8Array[] {
    return Array.from({ length: count }, () => this.take(length));
  }

  u8(): number {
    return this.take(1)[0] as number;
  }

  u16(): number {
    return readU16(this.take(2), 0);
  }

  u32(): number {
    return readU32(this.take(4), 0);
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.#offset);
  }

  get atEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }
}

/** What `read` makes of the bytes, if they are neither too short nor too long for it; else undefined. */
export function readStrictly<T>(bytes: Uint8Array, read: (reader: ByteReader) => T | undefined): T | undefined {
  const reader = new ByteReader(bytes);
  try {
    const value = read(reader);
    return reader.atEnd ? value : undefined;
  } catch (error) {
    if (error instanceof Truncated) return undefined;
    throw error;
  }
}
