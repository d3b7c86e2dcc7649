import type { JsonObject } from "@countersign/wire";
import { errorCodes, MethodError } from "../error.ts";
import type { Argument, Arguments } from "./argument.ts";
import { coerce, type JsonType, typeOf } from "./coerce.ts";
import { namesOf, positionsOf } from "./positions.ts";

/**
 * Reads what a method was given, by position or by name; undefined if there are too few or too many arguments, which
 * is answered with the help. Throws `MethodError` for names that do not fit and for wrong types.
 */
export function readArguments(
  params: JsonObject | readonly unknown[],
  table: Arguments,
): Readonly<Record<string, unknown>> | undefined {
  const given = positionsOf(params, table);
  const entries = Object.entries(table);
  const least = entries.findLastIndex(([, { isRequired }]) => isRequired) + 1;
  if (given.length < least || given.length > entries.length) return undefined;
  const values: [string, unknown][] = [];
  const mismatches: [string, string][] = [];
  for (const [position, [name, argument]] of entries.entries()) {
    const value = coerce(given[position], argument.type);
    const actual = typeOf(value);
    if (actual === "null" && !argument.isRequired) values.push([name, argument.fallback]);
    else if (actual === argument.type || (argument.type === "any" && actual !== "null")) values.push([name, value]);
    else mismatches.push([`Position ${position + 1} (${namesOf(name, argument)})`, mismatch(actual, argument)]);
  }
  if (mismatches.length > 0) {
    const list = JSON.stringify(Object.fromEntries(mismatches), undefined, 4);
    throw new MethodError(errorCodes.type, `Wrong type passed:\n${list}`);
  }
  return Object.fromEntries(values);
}

function mismatch(actual: JsonType, { type }: Argument): string {
  return `JSON value of type ${spoken(actual)} is not of expected type ${type === "any" ? "any" : spoken(type)}`;
}

function spoken(type: JsonType): string {
  return type === "boolean" ? "bool" : type;
}
