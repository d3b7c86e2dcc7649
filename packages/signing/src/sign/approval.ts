import type { Review } from "../review.ts";

/** Shows the review to this party's user and answers whether they want it signed. */
export type Approve = (review: Review) => Promise<boolean> | boolean;

/** Goes on with the answer as soon as there is one. */
export function whenAnswered<T>(answer: Promise<boolean> | boolean, goOn: (yes: boolean) => T): T | Promise<T> {
  return typeof answer === "boolean" ? goOn(answer) : answer.then(goOn);
}
