import { defineMethod, errorCodes, type Method, MethodError, optional, required, withDefault } from "../src/index.ts";

const anything = [{ shape: { type: "any", description: "Whatever was given" } }] as const;
const about = {
  category: "Control",
  description: "For tests.",
  results: anything,
  examples: [{ arguments: [] }],
} as const;

/** Answers what it got for arguments of all kinds. */
export const echo = defineMethod({
  ...about,
  name: "echo",
  arguments: {
    text: required("string", "A text"),
    number: optional("number", "A number", { aliases: ["count"], hint: "none" }),
    flag: withDefault("boolean", "A truth", { fallback: false }),
    object: optional("object", "An object"),
    array: optional("array", "An array"),
  },
  run: (values) => values,
});

/** Answers nothing. */
export const silent = defineMethod({ ...about, name: "silent", arguments: {}, run: () => undefined });

/** Fails as methods do that mean to. */
export const refusing = defineMethod({
  ...about,
  name: "refusing",
  arguments: {},
  run: () => {
    throw new MethodError(errorCodes.verify, "It does not verify");
  },
});

/** Fails as methods do that have a fault. */
export const broken = defineMethod({
  ...about,
  name: "broken",
  arguments: {},
  run: () => {
    throw new Error("secret details");
  },
});

/** The methods of the examples of JSON-RPC 2.0, section 7, and what was called without an answer. */
export function section7(): { readonly methods: readonly Method[]; readonly heard: string[] } {
  const heard: string[] = [];
  const hear = (name: string, count: number) =>
    defineMethod({
      ...about,
      name,
      arguments: Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, optional("number", "A number")])),
      run: () => void heard.push(name),
    });
  const numbers = {
    minuend: required("number", "From this"),
    subtrahend: required("number", "take this"),
  };
  const methods = [
    defineMethod({ ...about, name: "subtract", arguments: numbers, run: (v) => v.minuend - v.subtrahend }),
    defineMethod({
      ...about,
      name: "sum",
      arguments: { a: required("number", ""), b: required("number", ""), c: required("number", "") },
      run: ({ a, b, c }) => a + b + c,
    }),
    defineMethod({ ...about, name: "get_data", arguments: {}, run: () => ["hello", 5] }),
    hear("update", 5),
    hear("notify_sum", 3),
    hear("notify_hello", 1),
  ];
  return { methods, heard };
}
