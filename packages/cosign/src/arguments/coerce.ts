import { structureFault } from "@countersign/rpc";
import { MAX_DEPTH } from "../json-rpc/parse-body.ts";
import type { ArgumentType } from "./argument.ts";

/** What JSON calls the type of a value. */
export type JsonType = Exclude<ArgumentType, "any"> | "null";

/**
 * Takes a text for what it says where the argument is of another type, and takes off the quotes of a text that was
 * quoted twice: command lines for nodes send every argument of a method that they do not know as text. What cannot be
 * understood so stays as it is.
 */
export function coerce(value: unknown, type: ArgumentType): unknown {
  if (typeof value !== "string") return value;
  if (type === "string" || type === "any") return isQuoted(value) ? asJson(value, ["string"]) : value;
  return asJson(value, [type, "null"]);
}

/** The type of a JSON value. */
export function typeOf(value: unknown): JsonType {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as JsonType;
}

function asJson(text: string, types: readonly JsonType[]): unknown {
  if (structureFault(text, MAX_DEPTH) !== undefined) return text;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  // 1e999 is a number of JSON, and none that anybody could count with.
  return types.includes(typeOf(value)) && value !== Number.POSITIVE_INFINITY && value !== Number.NEGATIVE_INFINITY
    ? value
    : text;
}

function isQuoted(text: string): boolean {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"');
}
