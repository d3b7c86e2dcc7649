import { accepted, type Decoded, refused } from "./errors.ts";
import { limits } from "./limits.ts";

/** A JSON object as it comes from a parser: own keys only matter, so look them up with `Object.hasOwn`. */
export type JsonObject = { readonly [key: string]: unknown };

/** Whether arrays and objects nest deeper than `max`; strings are skipped, malformed text is the parser's to refuse. */
export function deeperThan(text: string, max: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (inString) {
      if (character === 0x5c) i++;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x7b || character === 0x5b) {
      if (++depth > max) return true;
    } else if (character === 0x7d || character === 0x5d) depth--;
  }
  return false;
}

/**
 * Parses the JSON object of a LOB head in its only form: what `JSON.stringify` writes for it. White space, duplicate
 * keys, needless escapes, numbers in another notation and lone surrogates are refused, because two parsers could read
 * them differently.
 */
export function parseCanonicalJson(text: string): Decoded<JsonObject> {
  if (deeperThan(text, limits.jsonDepth)) return refused("wire.too-long", "JSON nests too deep");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused("wire.malformed", "not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refused("wire.malformed", "not a JSON object");
  }
  if (JSON.stringify(value) !== text) return refused("wire.non-canonical", "JSON that is not in its shortest form");
  // In this form \ud is the beginning of a lone surrogate, unless its backslash is one that stands for itself.
  if (text.replaceAll("\\\\", "").includes("\\ud")) return refused("wire.malformed", "a string with half a character");
  return accepted(value as JsonObject);
}
