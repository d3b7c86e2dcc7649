import { structureFault } from "@countersign/rpc";
import type { JsonObject } from "@countersign/wire";

/** Nesting beyond which Bitcoin Core reads no JSON either. */
export const MAX_DEPTH = 512;

/** The JSON of a request's body. */
export interface Body {
  readonly value: unknown;
  /** The id in an object of the body as JSON text; undefined if there is none. */
  idOf(request: JsonObject): string | undefined;
}

/** An id that a number of JavaScript might not give back as it came: 1.0, 1e3, -0, or more digits than a double keeps. */
const INEXACT_ID = /"id"\s*:\s*(?:-0|-?\d{16}|-?\d+[.eE])/;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a body; undefined if it is no JSON. Stricter than the standard in what two readers could understand
 * differently: UTF-8 must be valid, no name may stand twice in an object. Never throws.
 */
export function parseBody(bytes: Uint8Array): Body | undefined {
  try {
    const text = utf8.decode(bytes);
    if (structureFault(text, MAX_DEPTH) !== undefined) return undefined;
    return INEXACT_ID.test(text) ? parseWithSources(text) : { value: JSON.parse(text), idOf };
  } catch {
    return undefined;
  }
}

function idOf(request: JsonObject): string | undefined {
  return Object.hasOwn(request, "id") ? JSON.stringify(request["id"]) : undefined;
}

/** Numbers lose the form in which they were written, so that of ids is kept beside them. */
function parseWithSources(text: string): Body {
  const sources = new WeakMap<object, string>();
  const value = JSON.parse(text, function keep(this: object, name, member, context?: { readonly source?: string }) {
    if (name === "id" && typeof member === "number" && context?.source !== undefined) {
      sources.set(this, context.source);
    }
    return member;
  } as (this: object, name: string, member: unknown) => unknown);
  return { value, idOf: (request) => sources.get(request) ?? idOf(request) };
}
