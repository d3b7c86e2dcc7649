/** What one request takes of the bytes that all of them may. */
export interface Share {
  /** Takes so many more; false, and nothing is taken, if that is too much. */
  take(bytes: number): boolean;
  /** All of it is free again. */
  giveBack(): void;
}

/** Bytes that so many requests at a time may take together. */
export class ByteBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  share(): Share {
    let taken = 0;
    return {
      take: (bytes) => {
        if (bytes > this.#left) return false;
        this.#left -= bytes;
        taken += bytes;
        return true;
      },
      giveBack: () => {
        this.#left += taken;
        taken = 0;
      },
    };
  }
}
