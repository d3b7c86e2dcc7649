import { readU16, readU32 } from "@countersign/wire";

/** Reads fields one after the other. Past the end it has zeros only, nothing is left, and `ok()` is false: check that last. */
export class Reader {
  private readonly bytes: Uint8Array;
  private offset = 0;
  private overrun = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  u8(): number {
    return this.take(1)[0] ?? 0;
  }

  u16(): number {
    return readU16(this.take(2), 0);
  }

  u32(): number {
    return readU32(this.take(4), 0);
  }

  /** A copy of the next bytes; zeros, at most 255 of them, where there are fewer than that. */
  take(length: number): Uint8Array {
    if (length > this.left) {
      this.overrun = true;
      this.offset = this.bytes.length;
      return new Uint8Array(Math.min(length, 255));
    }
    this.offset += length;
    return this.bytes.slice(this.offset - length, this.offset);
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.take(this.left);
  }

  /** How many bytes are left. */
  get left(): number {
    return this.bytes.length - this.offset;
  }

  /** Whether everything that was read was there, and nothing is left. */
  ok(): boolean {
    return !this.overrun && this.left === 0;
  }
}
