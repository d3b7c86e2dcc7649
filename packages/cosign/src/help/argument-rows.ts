import type { Argument } from "../arguments/argument.ts";
import { namesOf } from "../arguments/positions.ts";
import type { Method } from "../method.ts";
import type { Row } from "./columns.ts";
import { spokenTypes } from "./spoken-types.ts";

/** The arguments of a method by position. */
export function argumentRows(method: Method): readonly Row[] {
  return Object.entries(method.arguments).map(([name, argument], index) => [
    `${index + 1}. ${namesOf(name, argument)}`,
    `(${[spokenTypes[argument.type], ...needOf(argument)].join(", ")}) ${argument.description}`,
  ]);
}

function needOf({ isRequired, fallback, hint }: Argument): readonly string[] {
  if (isRequired) return ["required"];
  if (fallback !== undefined) return ["optional", `default=${JSON.stringify(fallback)}`];
  return hint === undefined ? ["optional"] : ["optional", `default=${hint}`];
}
