import type { Element, Suite } from "./suite.ts";

/** f(x) for the coefficients of f, the constant one first. */
export function evaluate(suite: Suite, coefficients: readonly bigint[], x: number): bigint {
  return coefficients.reduceRight((sum, coefficient) => (sum * BigInt(x) + coefficient) % suite.order, 0n);
}

/**
 * `[f(x)]B` out of the commitments `[a_k]B` to the coefficients of f. By Horner's rule, because x is a party's number and
 * so has eight bits at the most: a step is a few doublings and additions, where a scalar of full length takes hundreds.
 */
export function evaluateCommitted(suite: Suite, commitments: readonly Element[], x: number): Element {
  return commitments.reduceRight((sum, commitment) => timesSmall(suite, sum, x).add(commitment), suite.zero);
}

/** Adds commitments of several parties, coefficient by coefficient. */
export function sumOfCommitments(parties: readonly (readonly Element[])[]): Element[] {
  return parties.reduce((sums: Element[], next) => {
    return sums.length === 0 ? [...next] : sums.map((sum, at) => sum.add(next[at] ?? fault()));
  }, []);
}

function timesSmall(suite: Suite, element: Element, x: number): Element {
  if (element.is0()) return element;
  let product = suite.zero;
  for (let bit = 31 - Math.clz32(x); bit >= 0; bit--) {
    product = product.double();
    if ((x >> bit) & 1) product = product.add(element);
  }
  return product;
}

function fault(): never {
  throw new Error("commitments of different lengths");
}
