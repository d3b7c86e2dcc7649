import type { Batch, Work } from "./batch.ts";
import type { Orders } from "./orders.ts";

/** Bytes for entries to begin with, and how many are kept from batch to batch where there had to be more. */
const ROOM = 256 * 1024;
const KEPT = 4 * 1024 * 1024;

/**
 * Makes batches. Entries go over in memory that both threads see, always in the same place: a batch is made only when the
 * worker is done with the one before. So no text is made anew in the worker, and nothing of it is left to be collected.
 */
export class BatchWriter {
  #entries = Buffer.from(new SharedArrayBuffer(ROOM));
  #isNew = true;

  write({ logs: ordered, orders }: Pick<Orders, "logs" | "orders">): Batch {
    const indexes = new Map<string, number>();
    const logs: number[] = [];
    const work: Work[] = [];
    if (this.#entries.length > KEPT) this.#replace(ROOM, 0);
    let size = 0;
    for (let i = 0; i < orders.length; i++) {
      const [log = "", order = ""] = [ordered[i], orders[i]];
      let index = indexes.get(log);
      if (index === undefined) {
        index = indexes.size;
        indexes.set(log, index);
      }
      logs.push(index);
      if (typeof order !== "string") {
        work.push(order);
        continue;
      }
      // No character has more than three bytes of UTF-8.
      if (size + 3 * order.length > this.#entries.length) this.#replace(2 * (size + 3 * order.length), size);
      const bytes = this.#entries.write(order, size);
      work.push(bytes);
      size += bytes;
    }
    const entries = this.#isNew ? (this.#entries.buffer as SharedArrayBuffer) : null;
    this.#isNew = false;
    return { names: [...indexes.keys()], logs, work, entries };
  }

  /** Goes on in other memory, which begins with the same bytes. */
  #replace(length: number, size: number): void {
    const entries = Buffer.from(new SharedArrayBuffer(length));
    entries.set(this.#entries.subarray(0, size));
    this.#entries = entries;
    this.#isNew = true;
  }
}
