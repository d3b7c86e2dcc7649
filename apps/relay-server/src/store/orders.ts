import type { Batch, Failure, Outcome, Work } from "./batch.ts";

/** Who waits for a work. For an append, the outcome is a position. */
export interface Waiter {
  stored(outcome: Outcome): void;
  failed(error: Error): void;
}

/** What was ordered, with whom to tell: `waiters[i]` is the one of `work[i]`. */
export interface Orders extends Batch {
  readonly logs: string[];
  readonly work: Work[];
  readonly waiters: Waiter[];
}

/** A batch with nothing in it. */
export function emptyOrders(): Orders {
  return { logs: [], work: [], waiters: [] };
}

/** Whether something was not done. */
export function isFailure(outcome: Outcome): outcome is Failure {
  return typeof outcome === "object" && outcome !== null && "failure" in outcome;
}
