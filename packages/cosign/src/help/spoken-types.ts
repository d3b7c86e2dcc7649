/** What the help calls the types of JSON. */
export const spokenTypes = {
  string: "string",
  number: "numeric",
  boolean: "boolean",
  object: "json object",
  array: "json array",
  any: "any JSON",
} as const;
