import { type Case, carrier, INVALID_REQUEST, inBoth, refused, titleOf, UNKNOWN_METHOD, unreadable } from "./case.ts";
import { literals, notLiterals, notNumbers, notStrings, numbers, strings } from "./scalars.ts";
import { arrays, notArrays, notObjects, notSpaces, objects, spaces } from "./structures.ts";

// The grammar of RFC 8259, rule by rule: what it lets through and, beside each, what is one step away from that. Each
// text stands in the arguments of a call, where every value of JSON may stand.

const read = [...literals, ...numbers, ...strings, ...arrays, ...objects, ...spaces];
const notRead = [...notLiterals, ...notNumbers, ...notStrings, ...notArrays, ...notObjects, ...notSpaces];

/** What is no call even if it is JSON, as the whole text. An empty text is none, nor is one in another order of bytes. */
const alone = [
  "",
  " ",
  "\n",
  "\ufeff",
  `\ufeff${carrier("[]")}`,
  `${carrier("[]")}\u0000`,
  `${carrier("[]")}${carrier("[]")}`,
];

/** The grammar of JSON, in both dialects. */
export const grammar: readonly Case[] = [
  // Of a comma or bracket too many the arguments may become others that are JSON: such texts are read alone, below.
  ...read.flatMap((text) => inBoth(`reads ${titleOf(text)}`, carrier(`[${text}]`), () => refused(UNKNOWN_METHOD))),
  ...notRead.flatMap((text) => inBoth(`refuses ${titleOf(text)} in arguments`, carrier(`[${text}]`), unreadable)),
  ...[...alone, ...notRead].flatMap((text) => inBoth(`refuses ${titleOf(text)} alone`, text, unreadable)),
  // JSON that is neither a call nor a batch.
  ...[...literals, ...numbers, ...strings, ...objects].flatMap((text) =>
    inBoth(`takes ${titleOf(text)} for no call`, text, (dialect) =>
      dialect === "countersign.v1" ? refused(INVALID_REQUEST, "null") : unreadable(dialect),
    ),
  ),
];
