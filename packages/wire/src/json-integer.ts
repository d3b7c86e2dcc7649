import { accepted, type Decoded, refused } from "./errors.ts";

/** Digits, perhaps a fraction, perhaps an exponent of few digits: of the others none has a value below 2^64 that matters. */
const NUMBER = /^([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,4}))?$/;
const MOST_DIGITS = 64;
const LARGEST = (1n << 64n) - 1n;

/**
 * Reads the number under a key of a JSON object exactly, 0 to 2^64-1: a JavaScript number is exact to 2^53 only, so it is
 * read from the digits. `text` is an object that `JSON.parse` accepts; of a key that is there twice the last counts.
 * Notations such as `1e3` and `5.0` are those of a whole number, too, since other writers of JSON choose them.
 *
 * An engine that does not hand the digits out (JSON.parse source text access, ECMAScript 2026) refuses what is not safe.
 */
export function readJsonInteger(text: string, key: string): Decoded<bigint> {
  const digits = new Map<unknown, string>();
  function remember(this: unknown, name: string, value: unknown, context?: { readonly source?: string }): unknown {
    if (name === key && typeof value === "number") digits.set(this, context?.source ?? safeDigits(value));
    return value;
  }
  const object = JSON.parse(text, remember) as unknown;
  const source = digits.get(object);
  if (source === undefined) return refused("wire.malformed", "a key without a number");
  const value = wholeNumber(source);
  if (value === undefined) return refused("wire.malformed", "a number that is not whole, or negative");
  return value > LARGEST ? refused("wire.out-of-range", "a number above 64 bits") : accepted(value);
}

function safeDigits(value: number): string {
  return Number.isSafeInteger(value) ? value.toString() : "";
}

function wholeNumber(source: string): bigint | undefined {
  const match = NUMBER.exec(source);
  if (match === null) return undefined;
  const [, whole = "", fraction = "", exponent = "0"] = match;
  if (whole.length + fraction.length > MOST_DIGITS) return undefined;
  const digits = BigInt(whole + fraction);
  const shift = Number(exponent) - fraction.length;
  if (digits === 0n) return 0n;
  // More zeros than that are above 2^64 whatever stands in front of them.
  if (shift >= 0) return digits * 10n ** BigInt(Math.min(shift, MOST_DIGITS));
  if (-shift > MOST_DIGITS) return undefined;
  const divisor = 10n ** BigInt(-shift);
  return digits % divisor === 0n ? digits / divisor : undefined;
}
