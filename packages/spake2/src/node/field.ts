import { randomFillSync } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import { bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";

// Arithmetic modulo the prime of P-256's field, q = 2^256 - 2^224 + 2^192 + 2^96 - 1, on secret values: the same
// operations on the same places in the same order for every value. There are no bigints, no branches, no look-ups and no
// integers, which an engine would treat by their size: only additions, multiplications and roundings of doubles, each of
// which a processor does in one time. Every double is a whole number below 2^53, so that nothing is ever rounded off.

/**
 * a * 2^256 mod q (the form of Montgomery), below q, in 16 digits of 16 bits, the lowest first. Floats of 32 bits hold them,
 * and 64 bytes are what an engine still keeps with the object: longer ones take several times as long to make.
 */
export type FieldElement = Float32Array;

/** Where results are computed, digit by digit, before they are carried. Left empty. */
const t = new Float64Array(33);

const DIGITS = 16;
const RADIX = 0x1_0000;

const Q = digitsOf(p256.Point.Fp.ORDER);

/** (2^256)^2 mod q: what brings a number into the form. */
const R_SQUARED = digitsOf(2n ** 512n % p256.Point.Fp.ORDER);

/** 1 out of the form, so that to multiply by it leaves the form. */
const ONE = digitsOf(1n);

/** From 32 bytes, big-endian; taken modulo q. */
export function fromBytes(bytes: Uint8Array): FieldElement {
  const digits = new Float32Array(DIGITS);
  for (let i = 0; i < DIGITS; i++) digits[i] = (bytes[31 - 2 * i] as number) + 256 * (bytes[30 - 2 * i] as number);
  return multiply(digits, R_SQUARED);
}

/** As 32 bytes, big-endian. */
export function toBytes(a: FieldElement): Uint8Array {
  const bytes = new Uint8Array(32);
  const digits = multiply(a, ONE);
  for (let i = 0; i < DIGITS; i++) {
    const high = Math.floor((digits[i] as number) / 256);
    bytes[30 - 2 * i] = high;
    bytes[31 - 2 * i] = (digits[i] as number) - 256 * high;
  }
  return bytes;
}

/** A public number that is known when a program is written. */
export function constant(value: bigint): FieldElement {
  return fromBytes(numberToBytesBE(p256.Point.Fp.create(value), 32));
}

export function add(a: FieldElement, b: FieldElement): FieldElement {
  for (let i = 0; i < DIGITS; i++) t[i] = (a[i] as number) + (b[i] as number);
  return carriedBelowQ(0);
}

export function subtract(a: FieldElement, b: FieldElement): FieldElement {
  for (let i = 0; i < DIGITS; i++) t[i] = (a[i] as number) + (Q[i] as number) - (b[i] as number);
  return carriedBelowQ(0);
}

/** a * b / 2^256: the product of two elements in the form is in the form. `a` may be any number below 2^256. */
export function multiply(a: FieldElement, b: FieldElement): FieldElement {
  for (let i = 0; i < DIGITS; i++) {
    const digit = a[i] as number;
    for (let j = 0; j < DIGITS; j++) t[i + j] = (t[i + j] as number) + digit * (b[j] as number);
  }
  // Adds m * q, written in powers of the radix, so that each of the lower digits in turn becomes 0. As q ends on -1, m is
  // that digit itself.
  for (let i = 0; i < DIGITS; i++) {
    const carry = Math.floor((t[i] as number) / RADIX);
    const m = (t[i] as number) - RADIX * carry;
    t[i + 1] = (t[i + 1] as number) + carry;
    t[i + 6] = (t[i + 6] as number) + m;
    t[i + 12] = (t[i + 12] as number) + m;
    t[i + 14] = (t[i + 14] as number) - m;
    t[i + 16] = (t[i + 16] as number) + m;
  }
  return carriedBelowQ(DIGITS);
}

/**
 * 1 / a, where a is not 0. Euclid's algorithm is the library's, on bigints, and its time depends on what is inverted: so
 * a is multiplied by a random factor before, which leaves a uniformly distributed number whatever a was, and after.
 */
export function invert(a: FieldElement): FieldElement {
  const factor = fromBytes(randomFillSync(new Uint8Array(32)));
  const inverse = p256.Point.Fp.inv(bytesToNumberBE(toBytes(multiply(a, factor))));
  return multiply(fromBytes(numberToBytesBE(inverse, 32)), factor);
}

/** 1 where a is 0, and else 0. */
export function isZero(a: FieldElement): number {
  let sum = 0;
  for (let i = 0; i < DIGITS; i++) sum += a[i] as number;
  return 1 - Math.min(sum, 1);
}

/** `a` where `bit` is 0, and `b` where it is 1. */
export function select(bit: number, a: FieldElement, b: FieldElement): FieldElement {
  const selected = new Float32Array(DIGITS);
  for (let i = 0; i < DIGITS; i++) selected[i] = (a[i] as number) + bit * ((b[i] as number) - (a[i] as number));
  return selected;
}

/** Carries the digits of t from the first one on, which together are below 2q, and takes q off if that leaves something. */
function carriedBelowQ(first: number): FieldElement {
  const reduced = new Float32Array(DIGITS);
  let carry = 0;
  let borrow = 0;
  for (let i = 0; i < DIGITS; i++) {
    const sum = (t[first + i] as number) + carry;
    carry = Math.floor(sum / RADIX);
    const digit = sum - RADIX * carry;
    t[first + i] = digit;
    const difference = digit - (Q[i] as number) + borrow;
    borrow = Math.floor(difference / RADIX);
    reduced[i] = difference - RADIX * borrow;
  }
  // 0 where there was a q to take off, and -1 where there was none: then it is given back.
  const tooMuch = (t[first + DIGITS] as number) + carry + borrow;
  for (let i = 0; i < DIGITS; i++)
    reduced[i] = (reduced[i] as number) + tooMuch * ((reduced[i] as number) - (t[first + i] as number));
  t.fill(0);
  return reduced;
}

function digitsOf(value: bigint): FieldElement {
  return Float32Array.from({ length: DIGITS }, (_, i) => Number((value >> BigInt(16 * i)) & 0xffffn));
}
