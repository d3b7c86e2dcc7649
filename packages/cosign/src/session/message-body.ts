import { structureFault } from "@countersign/rpc";
import { decodeUtf8, type JsonObject, utf8 } from "@countersign/wire";
import { MAX_DEPTH } from "../json-rpc/parse-body.ts";
import { isObject } from "../json-rpc/request.ts";

/** What one message of these methods carries from end to end. */
export interface MessageBody {
  readonly payload: JsonObject;
  /** The sender's idempotency key: of messages of one party with the same one, the first counts. */
  readonly key?: string;
}

/** Writes a body: one JSON object in UTF-8. */
export function encodeBody({ payload, key }: MessageBody): Uint8Array {
  return utf8(JSON.stringify(key === undefined ? { payload } : { payload, key }));
}

/** Reads a body; undefined for what no end of these methods sends. Never throws. */
export function decodeBody(bytes: Uint8Array): MessageBody | undefined {
  const text = decodeUtf8(bytes);
  if (!text.ok || structureFault(text.value, MAX_DEPTH) !== undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text.value);
  } catch {
    return undefined;
  }
  if (!isObject(value) || !isObject(value["payload"])) return undefined;
  const { payload, key } = value;
  if (key === undefined) return { payload };
  return typeof key === "string" ? { payload, key } : undefined;
}
