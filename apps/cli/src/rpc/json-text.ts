/** A number as it was written: 0.10000000 and 2^64 lose something in JavaScript's own. */
interface RawNumber {
  readonly source: string;
}

const numbers = new WeakSet<object>();

/** Reads JSON so that its numbers stay as they were written. Throws `SyntaxError`. */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, ((_name: string, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value !== "number" || context?.source === undefined) return value;
    const raw: RawNumber = { source: context.source };
    numbers.add(raw);
    return raw;
  }) as (name: string, value: unknown) => unknown);
}

/** What `parseExactly` has read, as bitcoin-cli prints it: two spaces a level, and a line feed even where nothing is in between. */
export function printExactly(value: unknown, indent = ""): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isNumber(value)) return value.source;
  const inner = `${indent}  `;
  const isArray = Array.isArray(value);
  const lines = isArray
    ? value.map((item) => inner + printExactly(item, inner))
    : Object.entries(value).map(([name, member]) => `${inner}${JSON.stringify(name)}: ${printExactly(member, inner)}`);
  const [open, close] = isArray ? "[]" : "{}";
  return `${open}\n${lines.join(",\n")}${lines.length > 0 ? "\n" : ""}${indent}${close}`;
}

/** The value of a number that `parseExactly` has read; undefined for everything else. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "object" && value !== null && isNumber(value) ? Number(value.source) : undefined;
}

function isNumber(value: object): value is RawNumber {
  return numbers.has(value);
}
