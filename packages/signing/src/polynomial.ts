import type { Element, Suite } from "./suite.ts";
import { sumEach } from "./sum-of-products.ts";

/** f(x) for the coefficients of f, the constant one first. */
export function evaluate(suite: Suite, coefficients: readonly bigint[], x: number): bigint {
  return coefficients.reduceRight((sum, coefficient) => (sum * BigInt(x) + coefficient) % suite.order, 0n);
}

/**
 * `[f(x)]B` out of the commitments `[a_k]B` to the coefficients of f. By Horner's rule, because x is a party's number and
 * so has eight bits at the most: a step is a few doublings and additions, where a scalar of full length takes hundreds.
 * Variable time: all is public.
 */
export function evaluateCommitted(suite: Suite, commitments: readonly Element[], x: number): Element {
  return commitments.reduceRight((sum, commitment) => {
    const [product = suite.zero] = timesEach(suite, [sum], [x]);
    return product.add(commitment);
  }, suite.zero);
}

/**
 * The same for x = 1, 2 … last. f is written as Σ d_k·(x choose k) first, again by Horner's rule: x·(x choose k) is
 * (k + 1)·(x choose k + 1) + k·(x choose k), so a step makes d_k into k·(d_k + d_(k−1)). The d_k are the differences of f
 * at 0, and each further x takes an addition for each of them. Variable time: all is public.
 */
export function evaluateCommittedUpTo(suite: Suite, commitments: readonly Element[], last: number): readonly Element[] {
  let differences: readonly Element[] = [];
  for (const commitment of [...commitments].reverse()) {
    const sums = suite.addEach([...differences.slice(1), suite.zero], differences);
    const products = timesEach(
      suite,
      sums,
      [...sums.keys()].map((k) => k + 1),
    );
    differences = [commitment, ...products];
  }
  const values: Element[] = [];
  while (values.length < last) {
    differences = suite.addEach(differences, [...differences.slice(1), suite.zero]);
    values.push(differences[0] ?? suite.zero);
  }
  return values;
}

/** Adds commitments of several parties, coefficient by coefficient. Variable time: all is public. */
export function sumOfCommitments(suite: Suite, parties: readonly (readonly Element[])[]): Element[] {
  const [first = []] = parties;
  if (parties.some(({ length }) => length !== first.length)) throw new Error("commitments of different lengths");
  return sumEach(
    suite,
    first.map((_, at) => parties.map((elements) => elements[at] ?? suite.zero)),
  );
}

/** Each element times its own factor, 1 … 255. */
function timesEach(suite: Suite, elements: readonly Element[], factors: readonly number[]): Element[] {
  const products = [...elements];
  const add = (places: readonly number[], terms: readonly Element[]) => {
    const sums = suite.addEach(
      places.map((place) => products[place] ?? suite.zero),
      places.map((place) => terms[place] ?? suite.zero),
    );
    for (const [at, place] of places.entries()) products[place] = sums[at] ?? suite.zero;
  };
  for (let bit = 6; bit >= 0; bit--) {
    // Below its highest bit, each doubles what it has, and adds the element where there is a one.
    const below = [...factors.keys()].filter((place) => (factors[place] ?? 0) >> (bit + 1) > 0);
    add(below, products);
    add(
      below.filter((place) => (((factors[place] ?? 0) >> bit) & 1) === 1),
      elements,
    );
  }
  return products;
}
