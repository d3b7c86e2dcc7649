import { limits, utf8 } from "@countersign/wire";
import * as v from "valibot";
import { dialectLimits } from "./dialect.ts";

// Schemas check and never transform, so that both ends share them and a body's text travels on as it came. Every
// sentence is one of ours: the library's own ones would repeat the input.

const BASE64URL = /^[A-Za-z0-9_-]*$/;
/** Last characters whose unused bits are zero, by the length of the text modulo 4. */
const TAILS = ["", undefined, "AQgw", "AEIMQUYcgkosw048"];

/** Whether the text is base64url in its only form (the same rule as `decodeBase64url`), without decoding it. */
export function isBase64url(text: string): boolean {
  const tail = TAILS[text.length % 4];
  if (tail === undefined || !BASE64URL.test(text)) return false;
  return tail === "" || tail.includes(text.charAt(text.length - 1));
}

/** The number of bytes that a base64url text of this length holds. */
function byteLength(text: string): number {
  return Math.floor((text.length * 3) / 4);
}

/** Text that stands for `min` to `max` bytes (exactly `min` if no maximum is given). */
export function bytes(min: number, max = min) {
  const reason = `must be base64url of ${min === max ? min : `${min} to ${max}`} bytes`;
  const fits = (text: string) => byteLength(text) >= min && byteLength(text) <= max && isBase64url(text);
  return v.pipe(v.string(reason), v.check(fits, reason));
}

/** A safe integer from `min` to `max`. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  const top = max === Number.MAX_SAFE_INTEGER ? "2^53 - 1" : max;
  const reason = `must be an integer from ${min} to ${top}`;
  return v.pipe(v.number(reason), v.safeInteger(reason), v.minValue(min, reason), v.maxValue(max, reason));
}

/** Text that matches a pattern. */
export function pattern(expression: RegExp, reason: string) {
  return v.pipe(v.string(reason), v.regex(expression, reason));
}

/** Text of at most `max` bytes of UTF-8. */
export function text(max: number) {
  const reason = `must be text of at most ${max} bytes`;
  return v.pipe(
    v.string(reason),
    v.check((given) => utf8(given).length <= max, reason),
  );
}

/** An object of parameters: other names than these are refused, so that nobody relies on something unread. */
export function params<const Entries extends v.ObjectEntries>(entries: Entries) {
  // Without a prototype, or `constructor` and the like would count as names that are known.
  return v.strictObject({ __proto__: null, ...entries } as Entries, objectReason);
}

/** An object that the relay sends: other names are skipped, so that a newer relay may say more. */
export function reply<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.object(entries, objectReason);
}

function objectReason(issue: v.ObjectIssue | v.StrictObjectIssue): string {
  if (issue.expected === "never") return "is not known here";
  return issue.expected === "Object" ? "must be an object" : "is missing";
}

export const uuid = pattern(
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  "must be a UUID in lower-case, hyphenated form",
);
export const kind = v.picklist(["keygen", "sign", "exchange"], 'must be "keygen", "sign" or "exchange"');
export const parties = integer(2, limits.parties);
export const threshold = integer(1, limits.parties);
export const groupThreshold = integer(2, limits.parties);
export const number = integer(1, limits.parties);
export const seq = integer(0);
export const eid = bytes(dialectLimits.eid);
export const versions = bytes(dialectLimits.versions.min, dialectLimits.versions.max);
export const token = bytes(dialectLimits.token);
export const claim = bytes(dialectLimits.claim);
export const nameplate = pattern(/^[1-9][0-9]{0,5}$/, "must be 1 to 6 digits without a leading zero");
export const life = integer(dialectLimits.invitationLife.min, dialectLimits.invitationLife.max);
export const reason = pattern(/^[a-z][a-z-]{0,31}$/, "must be 1 to 32 lower-case letters and hyphens");
export const body = v.pipe(
  v.string("must be base64url"),
  v.check((text) => isBase64url(text), "must be base64url"),
);

export const label = text(limits.label);
export const index = integer(0, 0xffff);
export const proposal = text(dialectLimits.proposal);
/** Any JSON value; the relay passes it on and does not look at it. */
export const value = v.pipe(
  v.unknown(),
  v.check(
    (given) => given !== undefined && utf8(JSON.stringify(given)).length <= dialectLimits.value,
    `must be a value of at most ${dialectLimits.value} bytes of JSON`,
  ),
);
export const sentValue = v.unknown();
export const numbers = v.array(number, "must be a list of numbers");
export const isOnline = v.boolean("must be true or false");

/** Why parameters are refused that ask for a number where no key is used. */
export const NUMBER_REASON = 'number is for the kind "sign" only';

/** Why parameters are refused that say only a half of what a group is made of. */
export const SIZE_REASON = "parties and threshold go together";

/** Why parameters are refused of which threshold is above parties. */
export const THRESHOLD_REASON = "threshold must not be above parties";
