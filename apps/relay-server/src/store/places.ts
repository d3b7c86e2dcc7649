/** Numbers of one place. */
const STRIDE = 3;

/**
 * Where the records of one log are, in the order of their positions. There are as many of these as logs and as many places
 * as records, so all is in one array of numbers.
 */
export class Places {
  #numbers: number[] = [];

  get count(): number {
    return this.#numbers.length / STRIDE;
  }

  positionAt(index: number): number {
    return this.#numbers[index * STRIDE] ?? 0;
  }

  bundleAt(index: number): number {
    return this.#numbers[index * STRIDE + 1] ?? 0;
  }

  /** Bytes that the record takes in its bundle. */
  sizeAt(index: number): number {
    return this.#numbers[index * STRIDE + 2] ?? 0;
  }

  /** At a position behind all others. */
  add(position: number, bundle: number, size: number): void {
    this.#numbers.push(position, bundle, size);
  }

  /** Drops all but the first ones. */
  cut(count: number): void {
    this.#numbers.length = count * STRIDE;
  }

  /** The index of the first record behind a position. */
  indexAfter(position: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.positionAt(middle) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The bundle of a record, undefined if there is no record at the position. */
  find(position: number): number | undefined {
    const index = this.indexAfter(position) - 1;
    return index >= 0 && this.positionAt(index) === position ? this.bundleAt(index) : undefined;
  }

  /** Those before a position but for some, and all others. */
  split(before: number, kept: ReadonlySet<number>): { readonly dropped: Places; readonly rest: Places } {
    const [dropped, rest] = [new Places(), new Places()];
    for (let i = 0; i < this.count; i++) {
      const position = this.positionAt(i);
      const side = position < before && !kept.has(position) ? dropped : rest;
      side.add(position, this.bundleAt(i), this.sizeAt(i));
    }
    return { dropped, rest };
  }
}
