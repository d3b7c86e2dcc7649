import type { Failure, Outcome, Work } from "./batch.ts";

/** Who waits for a work. For an append, the outcome is a position. */
export interface Waiter {
  stored(outcome: Outcome): void;
  failed(error: Error): void;
}

/** What is ordered of a log. A text is appended to it. */
export type Order = string | Exclude<Work, number>;

/** What was ordered: `orders[i]` of the log `logs[i]` by `waiters[i]`. */
export interface Orders {
  readonly logs: string[];
  readonly orders: Order[];
  readonly waiters: Waiter[];
}

/** Nothing yet. */
export function emptyOrders(): Orders {
  return { logs: [], orders: [], waiters: [] };
}

/** Whether something was not done. */
export function isFailure(outcome: Outcome): outcome is Failure {
  return typeof outcome === "object" && outcome !== null && "failure" in outcome;
}
