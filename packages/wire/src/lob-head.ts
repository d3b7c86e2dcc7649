import { type Decoded, type Refused, refused, UsageError } from "./errors.ts";
import { deeperThan, type JsonObject } from "./json.ts";
import { limits } from "./limits.ts";
import { decodeUtf8, utf8 } from "./text.ts";

/**
 * What the head of a LOB packet is, which its length alone decides (spec 0002, section 1.1): nothing, 1 to 6 bytes that
 * mean what their reader knows (one byte is a CSID), or from 7 bytes on a JSON object. A head that should be JSON and is
 * not takes neither head nor body away from whoever decoded the packet: it is `bad`, with the reason.
 */
export type LobHead =
  | { readonly type: "none" }
  | { readonly type: "binary"; readonly bytes: Uint8Array }
  /** `text` is there for values that a JavaScript number cannot hold. */
  | { readonly type: "json"; readonly json: JsonObject; readonly text: string }
  | { readonly type: "bad"; readonly refusal: Refused };

/** Bytes from which on a head is JSON: `{"a":1}` is the shortest object that telehash's encoders write. */
const JSON_LENGTH = 7;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * Reads the head of a decoded LOB packet. JSON need not be in its shortest form, as telehash's encoders differ; of a key
 * that is there twice the last counts. Handshake messages of 0x43 are stricter, see `decodeHandshakeMessage`.
 */
export function readLobHead(head: Uint8Array): LobHead {
  if (head.length === 0) return { type: "none" };
  if (head.length < JSON_LENGTH) return { type: "binary", bytes: head };
  const text = objectText(head);
  if (!text.ok) return { type: "bad", refusal: text };
  try {
    return { type: "json", json: JSON.parse(text.value) as JsonObject, text: text.value };
  } catch {
    return { type: "bad", refusal: refused("wire.malformed", "not JSON") };
  }
}

/**
 * Writes the JSON head of a LOB packet. A value of the object that is a `bigint` becomes a number, exact at any size; see
 * `readJsonInteger`. An object of fewer than 7 bytes, such as `{}`, has no form of its own on the wire and becomes an empty
 * head. Throws `UsageError` for what is no object and for a head that no peer would read.
 */
export function writeLobHead(json: JsonObject): Uint8Array {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new UsageError("usage.not-an-object", "a JSON head is an object");
  }
  const text = `{${Object.entries(json).flatMap(member).join()}}`;
  const head = utf8(text);
  if (head.length < JSON_LENGTH) return new Uint8Array(0);
  if (head.length > limits.lobHead || deeperThan(text, limits.jsonDepth)) {
    throw new UsageError("usage.too-long", "the JSON head is larger or deeper than its limit");
  }
  return head;
}

function member([key, value]: [string, unknown]): readonly string[] {
  const text = typeof value === "bigint" ? value.toString() : JSON.stringify(value);
  return text === undefined ? [] : [`${JSON.stringify(key)}:${text}`];
}

/** The text of an object: with braces first and last, what JSON accepts in between can only be that. */
function objectText(head: Uint8Array): Decoded<string> {
  if (head[0] !== OPENING_BRACE || head[head.length - 1] !== CLOSING_BRACE) {
    return refused("wire.malformed", "a JSON head begins with { and ends with }");
  }
  const text = decodeUtf8(head);
  if (text.ok && deeperThan(text.value, limits.jsonDepth)) return refused("wire.too-long", "JSON nests too deep");
  return text;
}
