import { readU32 } from "@countersign/wire";
import type { RandomBytes } from "./ports.ts";

const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/**
 * How long to wait before the next attempt: uniform between nothing and a bound that doubles from 0.25 s to 10 s
 * ("full jitter"), so that a thousand clients of a relay that restarts do not come back in one moment.
 */
export class BackOff {
  private readonly randomBytes: RandomBytes;
  private boundMs = FIRST_MS;

  constructor(randomBytes: RandomBytes) {
    this.randomBytes = randomBytes;
  }

  /** The next delay in ms. */
  next(): number {
    const delay = (readU32(this.randomBytes(4), 0) / 2 ** 32) * this.boundMs;
    this.boundMs = Math.min(this.boundMs * 2, LONGEST_MS);
    return delay;
  }

  /** Begins from the shortest bound again. */
  reset(): void {
    this.boundMs = FIRST_MS;
  }
}
