import { encodeHex } from "@countersign/wire";
import { SpyCipher } from "./spy-cipher.ts";

/** A picture of all that an object holds, private fields included, which later changes leave alone. */
export function snapshot(value: unknown): unknown {
  return picture(value, new Map());
}

function picture(value: unknown, seen: Map<object, number>): unknown {
  if (typeof value === "function") return "function";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof SpyCipher) return "cipher";
  if (value instanceof Uint8Array) return encodeHex(value);
  const before = seen.get(value);
  if (before !== undefined) return `object ${before}`;
  seen.set(value, seen.size);
  if (value instanceof Map) return { map: [...value].map((entry) => picture(entry, seen)) };
  if (Array.isArray(value)) return value.map((item) => picture(item, seen));
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, picture(field, seen)]));
}
