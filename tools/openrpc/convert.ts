import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from "@valibot/to-json-schema";
import type * as v from "valibot";
import * as field from "../../packages/rpc/src/countersign-v1/fields.ts";
import * as place from "../../packages/rpc/src/countersign-v1/place.ts";
import { facets, type NamedSchema } from "./facets.ts";
import type { JsonSchema } from "./json-schema.ts";

const named = Object.fromEntries(
  Object.entries({ ...field, ...place })
    .filter(([name]) => Object.hasOwn(facets, name))
    .map(([name, schema]) => [titleOf(name), schema as v.GenericSchema]),
);

const config: ConversionConfig = {
  definitions: named,
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  // Functions; what they check is said in `facets`.
  ignoreActions: ["check"],
  overrideAction: ({ valibotAction, jsonSchema }) =>
    valibotAction.type === "safe_integer" ? { ...jsonSchema, type: "integer" } : null,
};

/** The named schemas, to which all others refer. */
export function componentSchemas(): { readonly [name: string]: JsonSchema } {
  const converted = toJsonSchemaDefs(named, config) as { readonly [name: string]: JsonSchema };
  return Object.fromEntries(
    Object.entries(facets).map(([name, more]) => [titleOf(name), { ...converted[titleOf(name)], ...more }]),
  );
}

/** A schema as JSON Schema, with references to the named ones. */
export function convert(schema: v.GenericSchema): JsonSchema {
  const { $schema, $defs, ...converted } = toJsonSchema(schema, config);
  return converted;
}

function titleOf(name: NamedSchema | string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
