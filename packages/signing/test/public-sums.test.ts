import { describe, expect, test } from "vitest";
import { evaluateCommitted, evaluateCommittedUpTo } from "../src/polynomial.ts";
import { type Element, type Suite, suites } from "../src/suite.ts";
import { sumEach, sumOfProducts } from "../src/sum-of-products.ts";
import { seeded, suiteNames } from "./keys.ts";

/** The sum by the library, one multiplication after the other. */
function plainly(suite: Suite, elements: readonly Element[], scalars: readonly bigint[]): Element {
  return elements.reduce((sum, element, at) => sum.add(element.multiplyUnsafe(scalars[at] ?? 0n)), suite.zero);
}

describe.each(suiteNames)("sums of public elements of %s", (name) => {
  const suite = suites[name];
  const random = seeded(3);
  const scalar = () => random(32).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) % suite.order;
  const elements = Array.from({ length: 40 }, () => suite.base.multiply(scalar() || 1n));
  // As they come out of the library's arithmetic, with a denominator.
  const raw = elements.map((element) => element.double().add(suite.base));

  test.each([1, 4, 5, 40])("%i at once are what the library adds", (count) => {
    for (const left of [elements, raw]) {
      const some = left.slice(0, count);
      const others = [...elements].reverse().slice(0, count);
      const sums = suite.addEach(some, others);
      expect(sums).toHaveLength(count);
      expect(sums.every((sum, at) => sum.equals(some[at]?.add(others[at] ?? suite.zero) ?? suite.zero))).toBe(true);
    }
  });

  test("are right for the identity, an element and itself, and an element and its negative", () => {
    const { zero, base } = suite;
    const left = [zero, base, zero, base, base, raw[0] ?? zero, base.double()];
    const right = [base, zero, zero, base, base.negate(), raw[0] ?? zero, base.add(base)];
    const sums = suite.addEach(left, right);
    expect(sums.map((sum, at) => sum.equals(left[at]?.add(right[at] ?? zero) ?? zero))).toEqual(left.map(() => true));
    expect([sums[2]?.is0(), sums[4]?.is0()]).toEqual([true, true]);
  });

  test("of lists of any length, none at all included", () => {
    const lists = [elements, [], raw.slice(0, 3), elements.slice(0, 1), raw.slice(0, 18)];
    const expected = lists.map((list) => list.reduce((sum, element) => sum.add(element), suite.zero));
    expect(sumEach(suite, lists).map((sum, at) => sum.equals(expected[at] ?? suite.base))).toEqual(
      lists.map(() => true),
    );
  });

  test.each([0, 1, 2, 7, 40])("of %i products are what the library multiplies", (count) => {
    for (const some of [elements, raw]) {
      const terms = some.slice(0, count);
      const scalars = terms.map(scalar);
      expect(sumOfProducts(suite, terms, scalars).equals(plainly(suite, terms, scalars))).toBe(true);
    }
  });

  test("of products with scalars that are special", () => {
    const { order } = suite;
    const scalars = [0n, 1n, 2n, 15n, 16n, 17n, 31n, 32n, order - 1n, order - 2n, 1n << 127n, (1n << 128n) - 1n];
    for (const [at, each] of scalars.entries()) {
      const element = elements[at] ?? suite.base;
      expect(sumOfProducts(suite, [element], [each]).equals(element.multiplyUnsafe(each))).toBe(true);
    }
    const same = scalars.map(() => suite.base);
    expect(sumOfProducts(suite, same, scalars).equals(plainly(suite, same, scalars))).toBe(true);
  });

  test.each([1, 2, 3, 9])(
    "a committed polynomial of %i coefficients has the same values one by one and in a row",
    (t) => {
      const coefficients = Array.from({ length: t }, scalar);
      const commitments = coefficients.map((each) => suite.base.multiply(each));
      const values = evaluateCommittedUpTo(suite, commitments, 255);
      expect(values).toHaveLength(255);
      for (const x of [1, 2, 3, t + 1, 127, 128, 255]) {
        const single = evaluateCommitted(suite, commitments, x);
        const powers = commitments.map((_, k) => BigInt(x) ** BigInt(k) % suite.order);
        expect(single.equals(plainly(suite, commitments, powers))).toBe(true);
        expect(values[x - 1]?.equals(single)).toBe(true);
      }
    },
  );
});
