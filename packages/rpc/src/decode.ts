import { type JsonObject, limits } from "@countersign/wire";
import type { RpcErrorObject, RpcId, RpcInvalid, RpcMessage, RpcParams } from "./message.ts";
import { invalidRequest, parseError } from "./standard-errors.ts";
import { structureFault } from "./structure.ts";

/** Messages in one batch. */
export const MAX_BATCH = 20;

/** One text as it came: a message alone, or a batch of 1 to 20, whose answers go back as one array. */
export interface DecodedText {
  readonly batch: boolean;
  readonly messages: readonly RpcMessage[];
}

/**
 * Reads a text of JSON-RPC 2.0. Never throws: what cannot be read is a message of type `invalid` that holds the error
 * to answer. Stricter than the standard where two readers could differ: no name twice in an object, nesting of 32 at
 * most, numeric ids are safe integers, `result` and `error` exclude each other.
 */
export function decodeRpc(text: string): DecodedText {
  const fault = structureFault(text, limits.jsonDepth);
  if (fault !== undefined) return alone(invalid(null, parseError(fault)));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return alone(invalid(null, parseError("not JSON")));
  }
  if (!Array.isArray(value)) return alone(readMessage(value));
  if (value.length === 0) return alone(invalid(null, invalidRequest("an empty batch")));
  if (value.length > MAX_BATCH) return alone(invalid(null, invalidRequest(`a batch above ${MAX_BATCH}`)));
  return { batch: true, messages: value.map(readMessage) };
}

function alone(message: RpcMessage): DecodedText {
  return { batch: false, messages: [message] };
}

function invalid(id: RpcId, error: RpcErrorObject): RpcInvalid {
  return { type: "invalid", id, error };
}

function readMessage(value: unknown): RpcMessage {
  if (!isObject(value)) return invalid(null, invalidRequest("not an object"));
  const hasId = Object.hasOwn(value, "id");
  const id = hasId ? value["id"] : null;
  if (!isId(id)) return invalid(null, invalidRequest("id is a string, a safe integer or null"));
  if (own(value, "jsonrpc") !== "2.0") return invalid(id, invalidRequest('jsonrpc is not "2.0"'));
  if (Object.hasOwn(value, "method")) return readCall(value, hasId ? id : undefined);
  return readAnswer(value, hasId ? id : undefined);
}

function readCall(value: JsonObject, id: RpcId | undefined): RpcMessage {
  const method = value["method"];
  const params = own(value, "params");
  if (typeof method !== "string") return invalid(id ?? null, invalidRequest("method is not a string"));
  if (Object.hasOwn(value, "params") && !isParams(params)) {
    return invalid(id ?? null, invalidRequest("params is an object or an array"));
  }
  const call = { method, params: params as RpcParams | undefined };
  return id === undefined ? { type: "notification", ...call } : { type: "request", id, ...call };
}

function readAnswer(value: JsonObject, id: RpcId | undefined): RpcMessage {
  const hasResult = Object.hasOwn(value, "result");
  const error = own(value, "error");
  if (id === undefined || hasResult === Object.hasOwn(value, "error")) {
    return invalid(id ?? null, invalidRequest("neither a call nor an answer"));
  }
  if (hasResult) return { type: "success", id, result: value["result"] };
  if (!isObject(error)) return invalid(id, invalidRequest("error is not an object"));
  const code = own(error, "code");
  const message = own(error, "message");
  if (!Number.isSafeInteger(code) || typeof message !== "string") {
    return invalid(id, invalidRequest("error has no code or no message"));
  }
  const read = { code: code as number, message };
  const withData = Object.hasOwn(error, "data") ? { ...read, data: error["data"] } : read;
  return { type: "failure", id, error: withData };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isParams(value: unknown): value is RpcParams {
  return typeof value === "object" && value !== null;
}

function isId(value: unknown): value is RpcId {
  return value === null || typeof value === "string" || Number.isSafeInteger(value);
}

function own(value: JsonObject, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
