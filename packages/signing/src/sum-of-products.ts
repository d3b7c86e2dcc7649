import type { Element, Suite } from "./suite.ts";

// Digits are odd and below 16, of either sign: on average one in six bits has one, and the table of a point is short.
const WINDOW = 5;

/**
 * `[s_1]P_1 + … + [s_n]P_n` for public scalars below the order: variable time. All terms share their doublings
 * (interleaved signed windows, as the library's `mulAddUnsafe`), and the additions of all bits are made together, since
 * they do not wait for each other: 67 terms on secp256k1 take 8 ms instead of 20.
 */
export function sumOfProducts(suite: Suite, elements: readonly Element[], scalars: readonly bigint[]): Element {
  const multiples = oddMultiples(suite, elements);
  const tables = suite.images.map((image) => multiples.map((row) => row.map(image)));
  const byBit: Element[][] = [];
  for (const [at, scalar] of scalars.entries()) {
    for (const [part, short] of suite.split(scalar).entries()) {
      for (const { bit, digit } of signedDigits(short)) {
        const multiple = tables[part]?.[(Math.abs(digit) - 1) / 2]?.[at] ?? suite.zero;
        const terms = byBit[bit] ?? [];
        byBit[bit] = terms;
        terms.push(digit < 0 ? multiple.negate() : multiple);
      }
    }
  }
  const sums = sumEach(
    suite,
    Array.from(byBit, (terms = []) => terms),
  );
  return sums.reduceRight((total, sum) => total.double().add(sum), suite.zero);
}

/** The sum of each list of public elements; the additions of all lists are made together. Variable time. */
export function sumEach(suite: Suite, lists: readonly (readonly Element[])[]): Element[] {
  let left = lists;
  while (left.some(({ length }) => length > 1)) {
    const halves = left.map((list) => list.length >> 1);
    const first = left.flatMap((list, at) => list.slice(0, halves[at]));
    const second = left.flatMap((list, at) => list.slice(halves[at], 2 * (halves[at] ?? 0)));
    const sums = suite.addEach(first, second);
    let taken = 0;
    left = left.map((list, at) => {
      const half = halves[at] ?? 0;
      taken += half;
      return [...sums.slice(taken - half, taken), ...list.slice(2 * half)];
    });
  }
  return left.map(([sum = suite.zero]) => sum);
}

/** P, 3P, 5P … 15P of each. */
function oddMultiples(suite: Suite, elements: readonly Element[]): readonly (readonly Element[])[] {
  const twice = suite.addEach(elements, elements);
  const tables = [elements];
  while (tables.length < 2 ** (WINDOW - 2)) tables.push(suite.addEach(tables.at(-1) ?? elements, twice));
  return tables;
}

/** The scalar as a sum of digits times powers of two, from the lowest bit on. */
function signedDigits(scalar: bigint): { bit: number; digit: number }[] {
  const sign = scalar < 0n ? -1 : 1;
  const text = (scalar < 0n ? -scalar : scalar).toString(2);
  const bitAt = (bit: number) => (text.charCodeAt(text.length - 1 - bit) === 0x31 ? 1 : 0);
  const digits: { bit: number; digit: number }[] = [];
  let carry = 0;
  for (let bit = 0; bit < text.length || carry > 0; ) {
    if (bitAt(bit) === carry) {
      // 0 and nothing carried, or 1 and a carry that goes on.
      bit += 1;
      continue;
    }
    let digit = carry;
    for (let at = 0; at < WINDOW; at++) digit += bitAt(bit + at) << at;
    carry = digit > 2 ** (WINDOW - 1) ? 1 : 0;
    digits.push({ bit, digit: sign * (digit - carry * 2 ** WINDOW) });
    bit += WINDOW;
  }
  return digits;
}
