import type { JsonObject } from "@countersign/wire";
import { errorCodes, MethodError, quotable } from "../error.ts";
import type { Argument, Arguments } from "./argument.ts";

/** The name under which a caller by name may give the first arguments by position. */
const LEADING = "args";

/**
 * Puts arguments that were given by name at their positions; those between that were left out are null. An array under
 * the name `args` is the beginning. Throws `MethodError`.
 */
export function positionsOf(params: JsonObject | readonly unknown[], table: Arguments): readonly unknown[] {
  if (isList(params)) return params;
  const given = new Map(Object.entries(params));
  const positions: unknown[] = [];
  let first: { readonly name: string; readonly position: number } | undefined;
  for (const [position, [name, argument]] of Object.entries(table).entries()) {
    const found = [name, ...argument.aliases].find((one) => given.has(one));
    if (found === undefined) continue;
    first ??= { name, position };
    while (positions.length < position) positions.push(null);
    positions.push(given.get(found));
    given.delete(found);
  }
  const leading = given.get(LEADING);
  if (Array.isArray(leading)) {
    given.delete(LEADING);
    if (first !== undefined && first.position < leading.length) {
      throw invalid(`Parameter ${first.name} specified twice both as positional and named argument`);
    }
  }
  const [unknown] = given.keys();
  if (unknown !== undefined) throw invalid(`Unknown named parameter ${quotable(unknown)}`);
  return Array.isArray(leading) ? [...leading, ...positions.slice(leading.length)] : positions;
}

/** Every name of an argument, as errors and help show it. */
export function namesOf(name: string, { aliases }: Argument): string {
  return [name, ...aliases].join("|");
}

function isList(params: JsonObject | readonly unknown[]): params is readonly unknown[] {
  return Array.isArray(params);
}

function invalid(message: string): MethodError {
  return new MethodError(errorCodes.invalidParameter, message);
}
