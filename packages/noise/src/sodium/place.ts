/** The longest array that lives in the heap of JavaScript until an add-on sees it. */
const LONGEST = 64;

/**
 * Memory in which short inputs are shown to an add-on, one place for each argument of a call. An array that an add-on sees
 * is moved out of the heap of JavaScript, which takes as long as a hash, and handshakes are made of arrays that are new.
 */
export class Place {
  readonly #memory = new Uint8Array(new ArrayBuffer(LONGEST));
  /** The part that was used last; mostly the next one is as long. */
  #part = this.#memory;

  /** These bytes, to be read until the next call; long ones where they are, which is no longer in that heap. */
  show(bytes: Uint8Array): Uint8Array {
    if (bytes.length > LONGEST) return bytes;
    const part = this.#first(bytes.length);
    part.set(bytes);
    return part;
  }

  /** What `write` leaves in so many bytes, 64 at most, as an array that no add-on has seen. Nothing of it stays here. */
  take(length: number, write: (output: Uint8Array) => void): Uint8Array {
    const output = this.#first(length);
    write(output);
    const own = new Uint8Array(output);
    output.fill(0);
    return own;
  }

  wipe(): void {
    this.#memory.fill(0);
  }

  #first(length: number): Uint8Array {
    if (this.#part.length !== length) this.#part = this.#memory.subarray(0, length);
    return this.#part;
  }
}
