import type { RpcErrorObject } from "./message.ts";

/** The numbers that JSON-RPC 2.0 reserves for itself (section 5.1). */
export const rpcErrorNumbers = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
} as const;

/** The text is no JSON, or JSON that two parsers could read differently. */
export function parseError(reason: string): RpcErrorObject {
  return { code: rpcErrorNumbers.parse, message: "Parse error", data: { reason } };
}

/** The JSON is no request. */
export function invalidRequest(reason: string): RpcErrorObject {
  return { code: rpcErrorNumbers.invalidRequest, message: "Invalid Request", data: { reason } };
}

/** No such method. The name is not repeated: it is the caller's text. */
export function methodNotFound(): RpcErrorObject {
  return { code: rpcErrorNumbers.methodNotFound, message: "Method not found" };
}

/** Arguments that do not fit: `path` says which (dots between names and positions, empty for all of them). */
export function invalidParams(path: string, reason: string): RpcErrorObject {
  return { code: rpcErrorNumbers.invalidParams, message: "Invalid params", data: { path, reason } };
}

/** The server is at fault. What happened is in its log, not in the answer. */
export function internalError(): RpcErrorObject {
  return { code: rpcErrorNumbers.internal, message: "Internal error" };
}
