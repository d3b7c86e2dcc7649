import type { Shape } from "../result.ts";
import type { Row } from "./columns.ts";
import { spokenTypes } from "./spoken-types.ts";

const placeholders = { string: '"str"', number: "n", boolean: "true|false", any: "..." } as const;

/** A result as JSON with placeholders, line by line, with what each line means. */
export function resultRows(shape: Shape): readonly Row[] {
  return rowsOf(shape, { indent: "", key: "", end: "" });
}

interface Place {
  readonly indent: string;
  /** `"name" : ` for a member of an object. */
  readonly key: string;
  readonly end: "" | ",";
}

function rowsOf(shape: Shape, { indent, key, end }: Place): readonly Row[] {
  const need = shape.isOptional ? ", optional" : "";
  const meaning = `(${spokenTypes[shape.type]}${need}) ${shape.description}`.trimEnd();
  const inner = `${indent}  `;
  switch (shape.type) {
    case "object":
      return [
        [`${indent}${key}{`, meaning],
        ...Object.entries(shape.members).flatMap(([name, member]) =>
          rowsOf(member, { indent: inner, key: `${JSON.stringify(name)} : `, end: "," }),
        ),
        [`${indent}}${end}`, ""],
      ];
    case "array":
      return [
        [`${indent}${key}[`, meaning],
        ...rowsOf(shape.items, { indent: inner, key: "", end: "," }),
        [`${inner}...`, ""],
        [`${indent}]${end}`, ""],
      ];
    default:
      return [[`${indent}${key}${placeholders[shape.type]}${end}`, meaning]];
  }
}
