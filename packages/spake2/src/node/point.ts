import { concatBytes } from "@noble/curves/utils.js";
import {
  add,
  constant,
  type FieldElement,
  fromBytes,
  invert,
  isZero,
  multiply,
  select,
  subtract,
  toBytes,
} from "./field.ts";

/** An element of G other than I: y^2 = x^3 - 3x + b. */
export interface Point {
  readonly x: FieldElement;
  readonly y: FieldElement;
}

const b = constant(0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn);
const [ZERO, ONE, THREE] = [constant(0n), constant(1n), constant(3n)];
const UNCOMPRESSED = Uint8Array.of(0x04);

/** From SEC 1 uncompressed bytes (65) of an element of G, which the caller has checked. */
export function decodePoint(bytes: Uint8Array): Point {
  return { x: fromBytes(bytes.subarray(1, 33)), y: fromBytes(bytes.subarray(33)) };
}

export function encodePoint({ x, y }: Point): Uint8Array {
  return concatBytes(UNCOMPRESSED, toBytes(x), toBytes(y));
}

export function negate({ x, y }: Point): Point {
  return { x, y: subtract(ZERO, y) };
}

/** An element with what is needed to find its multiples by their x. */
export interface Base extends Point {
  /** 1 / 2y; no element but I has a y of 0. */
  readonly inverse: FieldElement;
}

export function base(S: Point): Base {
  return { ...S, inverse: invert(add(S.y, S.y)) };
}

/**
 * S + T, or 2 S where they are alike. Which of the two it was shows in nothing but the result. `isI` is 1 where the sum is
 * I; `sum` is an element then all the same, 2 S.
 */
export function addPoints(S: Point, T: Point): { readonly sum: Base; readonly isI: number } {
  const [dx, dy] = [subtract(T.x, S.x), subtract(T.y, S.y)];
  const sameX = isZero(dx);
  // n / d is the slope of the chord or of the tangent. The sum is (X / d^2, Y / d^3), so that 1 / 2dY is all there is to
  // invert.
  const n = select(sameX, dy, multiply(THREE, subtract(multiply(S.x, S.x), ONE)));
  const d = select(sameX, dx, add(S.y, S.y));
  const d2 = multiply(d, d);
  const X = subtract(multiply(n, n), multiply(add(S.x, T.x), d2));
  const Y = subtract(multiply(n, subtract(multiply(S.x, d2), X)), multiply(S.y, multiply(d2, d)));
  const twoY = add(Y, Y);
  const inverse = invert(multiply(d, twoY));
  const slope = multiply(n, multiply(twoY, inverse));
  const x = subtract(subtract(multiply(slope, slope), S.x), T.x);
  const y = subtract(multiply(slope, subtract(S.x, x)), S.y);
  return { sum: { x, y, inverse: multiply(multiply(d2, d2), inverse) }, isI: sameX * (1 - isZero(dy)) };
}

/**
 * T = k*S out of the x of T and the x of U = T + S. The line through S and T says of U that
 * x(U) = ((y(T) - y(S)) / (x(T) - x(S)))^2 - x(T) - x(S), and so
 * 2 y(S) y(T) = y(T)^2 + y(S)^2 - (x(U) + x(T) + x(S)) (x(T) - x(S))^2, where y(T)^2 is known by the curve's equation. It
 * holds for T = S as well, where both sides of the last equation are 2 y(S)^2. U is not I.
 */
export function recover(S: Base, xOfT: FieldElement, xOfU: FieldElement): Point {
  const dx = subtract(xOfT, S.x);
  const squares = add(rightSide(xOfT), rightSide(S.x));
  const chord = multiply(add(add(xOfU, xOfT), S.x), multiply(dx, dx));
  return { x: xOfT, y: multiply(subtract(squares, chord), S.inverse) };
}

/** x^3 - 3x + b */
function rightSide(x: FieldElement): FieldElement {
  return add(multiply(subtract(multiply(x, x), THREE), x), b);
}
