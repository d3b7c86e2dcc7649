import { type RpcErrorObject, rpcErrorNumbers } from "@countersign/rpc";

/** What is nobody's fault who has asked. */
const ours: ReadonlySet<string> = new Set(["relay.unavailable", "relay.damaged", String(rpcErrorNumbers.internal)]);

/** Whether a call was refused for what it asked, and not because the relay cannot do it. */
export function isRefusal(outcome: string): boolean {
  return outcome !== "ok" && !ours.has(outcome);
}

/** What a call came to, in one word: ok, or the code of the error, the relay's own if it has one. */
export function outcomeOf(
  reply: { readonly ok: true } | { readonly ok: false; readonly error: RpcErrorObject },
): string {
  if (reply.ok) return "ok";
  const { code, data } = reply.error;
  const own = typeof data === "object" && data !== null && "code" in data ? data.code : undefined;
  return typeof own === "string" ? own : String(code);
}
