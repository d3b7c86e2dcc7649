import { structureFault } from "../structure.ts";
import { mpcLimits } from "./dialect.ts";
import { type RawJson, rawMembers } from "./raw-json.ts";

/** A call as it came; the id may be any JSON and is echoed as it was written. */
export interface MpcRequest {
  /** Undefined where it is absent or null: the caller wants no answer but an error. */
  readonly id: RawJson | undefined;
  readonly method: string;
  /** Undefined where they are absent or null. */
  readonly params: RawJson | undefined;
}

/** A request, or why the text is none: then it is dropped, because the dialect has no answer to it. */
export type DecodedMpc =
  | { readonly ok: true; readonly request: MpcRequest }
  | { readonly ok: false; readonly reason: string };

/** Reads a text of the dialect: one call with a `jsonrpc` of any text; there are no batches. Never throws. */
export function decodeMpc(text: string): DecodedMpc {
  const fault = structureFault(text, mpcLimits.depth);
  if (fault !== undefined) return { ok: false, reason: fault };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: "not JSON" };
  }
  if (typeof value !== "object" || value === null) return { ok: false, reason: "not an object" };
  const members = rawMembers(text.trim());
  if (members === undefined) return { ok: false, reason: "not an object" };
  if (!members.get("jsonrpc")?.startsWith('"')) return { ok: false, reason: "jsonrpc is not text" };
  const method = members.get("method");
  if (!method?.startsWith('"')) return { ok: false, reason: "method is not text" };
  const request = {
    id: unlessNull(members.get("id")),
    method: JSON.parse(method) as string,
    params: unlessNull(members.get("params")),
  };
  return { ok: true, request };
}

function unlessNull(raw: RawJson | undefined): RawJson | undefined {
  return raw === "null" ? undefined : raw;
}
