import type { JsonObject } from "@countersign/wire";
import { type ErrorObject, errorCodes } from "../error.ts";

/**
 * Which rules an answer follows: "2.0" if the request says so; all others get both `result` and `error`, and the status
 * of HTTP tells whether it went well.
 */
export type Version = "legacy" | "2.0";

/** How a request is to be answered. */
export interface Address {
  readonly version: Version;
  /** The id as JSON text, as it came; undefined: there is none. */
  readonly id: string | undefined;
}

/** A request that can be read. */
export interface Request extends Address {
  readonly method: string;
  readonly params: JsonObject | readonly unknown[];
}

/** One that cannot. */
export interface Unreadable extends Address {
  readonly error: ErrorObject;
}

/** A request that wants no answer: one of 2.0 without an id. One without an id by the older rules is answered. */
export function isNotification({ version, id }: Address): boolean {
  return version === "2.0" && id === undefined;
}

/** Reads one request. `idOf` gives the id of an object as JSON text. Never throws. */
export function readRequest(value: unknown, idOf: (request: JsonObject) => string | undefined): Request | Unreadable {
  if (!isObject(value)) return { ...unknownAddress, error: invalid("Invalid Request object") };
  const id = idOf(value);
  const version = readVersion(own(value, "jsonrpc"));
  // Only a request that can be read may be a notification, so an error is answered even where there is no id.
  if (typeof version === "object") return { version: "legacy", id: id ?? "null", error: version };
  const refuse = (message: string) => ({ version, id: id ?? "null", error: invalid(message) });
  const method = own(value, "method") ?? null;
  if (method === null) return refuse("Missing method");
  if (typeof method !== "string") return refuse("Method must be a string");
  const params = own(value, "params") ?? [];
  if (typeof params !== "object") return refuse("Params must be an array or object");
  return { version, id, method, params: params as Request["params"] };
}

/** Whether a request could be read. */
export function isReadable(request: Request | Unreadable): request is Request {
  return !("error" in request);
}

/** How something is answered that is no request at all. */
export const unknownAddress: Address = { version: "legacy", id: "null" };

function readVersion(value: unknown): Version | ErrorObject {
  if (value === undefined || value === null || value === "1.0") return "legacy";
  if (value === "2.0") return value;
  return invalid(typeof value === "string" ? "JSON-RPC version not supported" : "jsonrpc field must be a string");
}

function invalid(message: string): ErrorObject {
  return { code: errorCodes.invalidRequest, message };
}

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(value: JsonObject, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
