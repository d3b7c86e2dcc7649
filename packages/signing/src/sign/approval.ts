import type { Review } from "../review.ts";

/** Something that is there at once, or as soon as somebody has answered. */
export type Eventually<T> = T | Promise<T>;

/** Shows the review to this party's user, with the number of who proposes it, and answers whether they want it signed. */
export type Approve = (review: Review, from: number) => Eventually<boolean>;

/** Goes on with the answer as soon as there is one. */
export function whenAnswered<T>(answer: Eventually<boolean>, goOn: (yes: boolean) => T): Eventually<T> {
  return typeof answer === "boolean" ? goOn(answer) : answer.then(goOn);
}
