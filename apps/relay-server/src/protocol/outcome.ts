import type { RpcErrorObject } from "@countersign/rpc";

/** What a call came to, in one word: ok, or the code of the error, the relay's own if it has one. */
export function outcomeOf(
  reply: { readonly ok: true } | { readonly ok: false; readonly error: RpcErrorObject },
): string {
  if (reply.ok) return "ok";
  const { code, data } = reply.error;
  const own = typeof data === "object" && data !== null && "code" in data ? data.code : undefined;
  return typeof own === "string" ? own : String(code);
}
