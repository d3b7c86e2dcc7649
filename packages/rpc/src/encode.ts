import type { RpcErrorObject, RpcId, RpcParams } from "./message.ts";

/** Writes a call that wants an answer (JSON-RPC 2.0, section 4). */
export function encodeRequest(id: RpcId, method: string, params?: RpcParams): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

/** Writes a call or event that gets no answer (section 4.1). */
export function encodeNotification(method: string, params?: RpcParams): string {
  return JSON.stringify({ jsonrpc: "2.0", method, params });
}

/** The same with parameters that are JSON text already. */
export function encodeNotificationText(method: string, params: string): string {
  return `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":${params}}`;
}

/** Writes the answer of a call that worked (section 5). `result` must be a JSON value, undefined is none. */
export function encodeSuccess(id: RpcId, result: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, result });
}

/** The same with a result that is JSON text already. */
export function encodeSuccessText(id: RpcId, result: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`;
}

/** Writes the answer of a call that failed (section 5.1). */
export function encodeFailure(id: RpcId, error: RpcErrorObject): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error });
}

/** Joins texts of this codec to a batch (section 6). */
export function encodeBatch(texts: readonly string[]): string {
  return `[${texts.join(",")}]`;
}
