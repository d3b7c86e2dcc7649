import type { Argument } from "../arguments/argument.ts";
import type { Result, Shape } from "../result.ts";

/** As much of JSON Schema (draft 7, as OpenRPC 1.2.6 wants it) as the document needs. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** The schema of an argument. */
export function argumentSchema({ type, fallback }: Argument): JsonSchema {
  return { ...(type === "any" ? {} : { type }), ...(fallback === undefined ? {} : { default: fallback }) };
}

/** The schema of what a method answers, in whichever form. */
export function resultSchema(results: readonly Result[]): JsonSchema {
  const [first, ...others] = results.map(({ condition, shape }) => {
    const schema = shapeSchema(shape);
    return condition === undefined ? schema : { ...schema, title: condition };
  });
  if (first === undefined) return {};
  return others.length === 0 ? first : { oneOf: [first, ...others] };
}

function shapeSchema(shape: Shape): JsonSchema {
  const described = shape.description === "" ? {} : { description: shape.description };
  switch (shape.type) {
    case "any":
      return described;
    case "object": {
      const members = Object.entries(shape.members);
      return {
        type: "object",
        ...described,
        properties: Object.fromEntries(members.map(([name, member]) => [name, shapeSchema(member)])),
        required: members.filter(([, { isOptional }]) => !isOptional).map(([name]) => name),
      };
    }
    case "array":
      return { type: "array", ...described, items: shapeSchema(shape.items) };
    default:
      return { type: shape.type, ...described };
  }
}
