/** The first slab of a key, which may seal one message only, and the longest: each is twice as long as the one before. */
const FIRST_BYTES = 128;
const MOST_BYTES = 8_192;

/** The longest piece that is cut from a slab. */
const LONGEST_PIECE = 1_040;

/**
 * Memory for results that are written at once, all of one key. New memory outside of the heap of JavaScript takes as long
 * as the encryption of 100 bytes, a piece of a slab a tenth of that. Pieces share a slab, and so an ArrayBuffer, with what
 * else the same key sealed or opened, and with nothing of other keys.
 */
export class Slab {
  #buffer = new ArrayBuffer(0);
  #used = 0;
  #next = FIRST_BYTES;

  cut(length: number): Uint8Array {
    if (length > LONGEST_PIECE) return new Uint8Array(length);
    if (this.#used + length > this.#buffer.byteLength) {
      this.#buffer = new ArrayBuffer(Math.max(this.#next, length));
      this.#used = 0;
      this.#next = Math.min(2 * this.#next, MOST_BYTES);
    }
    const piece = new Uint8Array(this.#buffer, this.#used, length);
    this.#used += length;
    return piece;
  }
}
