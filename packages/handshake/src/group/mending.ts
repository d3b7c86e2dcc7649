import type { Instant } from "../machine.ts";

/** Between two exchanges that are begun to mend a pair, in ms. */
const MEND_PAUSE = 60_000;

/**
 * Decides about frames under keys that this end does not have: junk, or a peer whose re-link has come to nothing here
 * because no frame of it arrived in time, or who has keys of a process before this one. A new exchange mends the latter;
 * once a minute, so that junk costs next to nothing.
 */
export class Mending {
  private begunAt = Number.NEGATIVE_INFINITY;

  /** Whether an exchange is to be begun now. `possible`: there are keys, or were, and there is something to go by. */
  begin(possible: boolean, now: Instant): boolean {
    if (!possible || now.ms < this.begunAt + MEND_PAUSE) return false;
    this.begunAt = now.ms;
    return true;
  }
}
