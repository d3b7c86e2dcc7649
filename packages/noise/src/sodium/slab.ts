/** The longest piece that is cut from a slab. */
const LONGEST_PIECE = 1_040;

/**
 * Memory outside of the heap of JavaScript in pieces. New memory there takes as long as the encryption of 100 bytes, a piece
 * of a slab a tenth of that. Pieces of one slab share an ArrayBuffer.
 */
export class Slab {
  #buffer = new ArrayBuffer(0);
  #used = 0;
  #next: number;
  readonly #most: number;

  /** The first slab has so many bytes, each other one twice as many as the one before, up to `most`. */
  constructor(first: number, most: number) {
    this.#next = first;
    this.#most = most;
  }

  cut(length: number): Uint8Array {
    if (length > LONGEST_PIECE) return new Uint8Array(length);
    if (this.#used + length > this.#buffer.byteLength) {
      this.#buffer = new ArrayBuffer(Math.max(this.#next, length));
      this.#used = 0;
      this.#next = Math.min(2 * this.#next, this.#most);
    }
    const piece = new Uint8Array(this.#buffer, this.#used, length);
    this.#used += length;
    return piece;
  }
}
