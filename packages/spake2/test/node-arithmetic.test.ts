import { p256 } from "@noble/curves/nist.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Element, encodeElement, M, N, P, p } from "../src/group.ts";
import * as field from "../src/node/field.ts";
import { addPoints, base, decodePoint, encodePoint, negate } from "../src/node/point.ts";
import { factor, importScalar, multiplyP } from "../src/node/scalar-multiplication.ts";
import { encodeScalar } from "../src/scalar.ts";
import { hex, unhex } from "./support.ts";

const q = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const mod = (value: bigint) => ((value % q) + q) % q;
const bytesOf = (value: bigint) => unhex(value.toString(16).padStart(64, "0"));
const numberOf = (a: field.FieldElement) => BigInt(`0x${hex(field.toBytes(a))}`);

describe("the field", () => {
  // Also what is not below q, as bytes may be, and numbers whose digits are all ones or zeros.
  const edges = [0n, 1n, 2n, q - 1n, q, q + 1n, 2n ** 256n - 1n, 2n ** 96n, 2n ** 96n - 1n, 2n ** 224n, q - 2n ** 96n];
  const number = fc.oneof({ weight: 3, arbitrary: fc.bigInt(0n, 2n ** 256n - 1n) }, fc.constantFrom(...edges));
  const both = fc.tuple(number, number);

  test("adds, subtracts, multiplies, and gives back what it was given, below q", () => {
    const agree = ([a, b]: [bigint, bigint]) => {
      const [x, y] = [field.fromBytes(bytesOf(a)), field.fromBytes(bytesOf(b))];
      expect(numberOf(x)).toBe(mod(a));
      expect(numberOf(field.add(x, y))).toBe(mod(a + b));
      expect(numberOf(field.subtract(x, y))).toBe(mod(a - b));
      expect(numberOf(field.multiply(x, y))).toBe(mod(a * b));
      expect(field.isZero(field.subtract(x, y))).toBe(mod(a - b) === 0n ? 1 : 0);
      expect([field.select(0, x, y), field.select(1, x, y)]).toEqual([x, y]);
    };
    fc.assert(fc.property(both, agree), { numRuns: 3_000, examples: edges.map((a) => [[a, q - 1n]]) });
  });

  test("inverts", () => {
    fc.assert(
      fc.property(number, (a) => {
        const x = field.fromBytes(bytesOf(a));
        if (mod(a) === 0n) expect(() => field.invert(x)).toThrow();
        else expect(numberOf(field.multiply(x, field.invert(x)))).toBe(1n);
      }),
      { numRuns: 300 },
    );
  });

  test("stays right over thousands of results of its own", () => {
    let [x, expected] = [field.constant(3n), 3n];
    const [two, five] = [field.constant(2n), field.constant(5n)];
    for (let i = 0; i < 5_000; i++) {
      x = field.subtract(field.multiply(field.add(x, two), x), five);
      expected = mod((expected + 2n) * expected - 5n);
    }
    expect(numberOf(x)).toBe(expected);
  });
});

const scalar = fc.oneof(
  { weight: 3, arbitrary: fc.bigInt(1n, p - 1n) },
  fc.constantFrom(1n, 2n, 3n, p - 1n, p - 2n, p - 3n, (p - 1n) / 2n, (p + 1n) / 2n, 2n ** 255n, 2n ** 128n, 0xffffn),
);
const element = scalar.map((k) => P.multiply(k));
const pointOf = (S: Element) => decodePoint(encodeElement(S));

describe("elements", () => {
  const sumOf = (S: Element, T: Element) => addPoints(pointOf(S), pointOf(T));

  test("are added, doubled, and found to be opposite", () => {
    const agree = (S: Element, T: Element) => {
      const { sum, isI } = sumOf(S, T);
      const expected = S.add(T);
      expect(isI).toBe(expected.is0() ? 1 : 0);
      expect(hex(encodePoint(sum))).toBe(hex(encodeElement(expected.is0() ? S.double() : expected)));
      expect(numberOf(field.multiply(sum.inverse, field.add(sum.y, sum.y)))).toBe(1n);
    };
    fc.assert(fc.property(element, element, agree), { numRuns: 200 });
    fc.assert(
      fc.property(element, (S) => {
        agree(S, S);
        agree(S, S.negate());
      }),
      { numRuns: 50 },
    );
  });

  test("are negated", () => {
    fc.assert(
      fc.property(element, (S) => {
        expect(hex(encodePoint(negate(pointOf(S))))).toBe(hex(encodeElement(S.negate())));
      }),
      { numRuns: 50 },
    );
  });

  test("are multiplied, by all scalars from 1 to p - 1 alike", () => {
    fc.assert(
      fc.property(scalar, fc.oneof(element, fc.constantFrom(P, P.negate(), M, N)), (s, S) => {
        const product = importScalar(encodeScalar(s))(factor(base(pointOf(S))));
        expect(hex(encodePoint(product))).toBe(hex(encodeElement(S.multiply(s))));
        expect(hex(encodePoint(multiplyP(encodeScalar(s))))).toBe(hex(encodeElement(P.multiply(s))));
      }),
      { numRuns: 300 },
    );
  });

  test.each([1n, 2n, 3n, p - 1n, p - 2n, (p - 1n) / 2n])("times %d", (s) => {
    for (const S of [P, P.negate(), M, N, P.multiply(p - 2n)]) {
      const product = importScalar(encodeScalar(s))(factor(base(pointOf(S))));
      expect(hex(encodePoint(product))).toBe(hex(encodeElement(S.multiply(s))));
    }
  });

  test("what is not on the curve, OpenSSL refuses", () => {
    const offCurve = { ...pointOf(P), y: pointOf(M).y };
    expect(() => factor(base(offCurve))).toThrow();
  });

  test("P-256 of the library is the curve of these tests", () => {
    expect([p256.Point.Fp.ORDER, p256.Point.Fn.ORDER]).toEqual([q, p]);
  });
});
