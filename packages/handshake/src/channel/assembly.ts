import { concat, limits, type Part, partLength } from "@countersign/wire";
import { unsplitLength } from "./message.ts";

/** The most parts that a message can have. */
const MOST_PARTS = Math.ceil(limits.message / partLength);

/**
 * Puts a message together from its parts, which come in order within one exchange and are all full but the last, so that
 * no more than 1 MiB can ever be held.
 */
export class Assembly {
  private m = -1n;
  private count = 0;
  private parts: Uint8Array[] = [];

  /** Whether parts of message `m` are held. */
  holds(m: bigint): boolean {
    return this.m === m && this.parts.length > 0;
  }

  /** Adds the next part; a string says what is wrong with it, bytes are the whole message. */
  add({ m, index, count, part }: Part): Uint8Array | string | undefined {
    if (count > MOST_PARTS) return "more parts than the longest message has";
    if (!this.holds(m)) this.begin(m, count);
    if (count !== this.count) return "the number of parts changed on the way";
    if (index !== this.parts.length) return "a part out of its turn";
    const last = index === count - 1;
    if (!last && part.length !== partLength) return "a part before the last one that is not full";
    this.parts.push(part);
    if (!last) return undefined;
    const content = concat(...this.parts);
    this.parts = [];
    if (content.length <= unsplitLength) return "parts of a message that fits one frame";
    return content.length > limits.message ? "a message above 1 MiB" : content;
  }

  private begin(m: bigint, count: number): void {
    this.m = m;
    this.count = count;
    this.parts = [];
  }
}
