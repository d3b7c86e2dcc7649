import {
  accepted,
  type Decoded,
  decodeLob,
  encodeLob,
  type JsonObject,
  readJsonInteger,
  readLobHead,
  refused,
  UsageError,
  writeLobHead,
} from "@countersign/wire";
import { fromOldForm } from "./old-form.ts";

/** A decrypted handshake message of telehash (spec 0009, section 3.1). */
export interface InnerMessage {
  /** `link` where the message itself says nothing. */
  readonly type: string;
  /** 1 to 2^64-1. */
  readonly at: bigint;
  /** The other keys of the JSON head. */
  readonly head: JsonObject;
  readonly body: Uint8Array;
}

const LAST_AT = (1n << 64n) - 1n;

/**
 * Writes the inner packet of a handshake: the keys `type` and `at` (a number, exact), then the others. Throws `UsageError`
 * for an `at` that is not 1 to 2^64-1, for a `type` or `at` among the others, and for a message above the limits of LOB.
 */
export function encodeInnerMessage({ type, at, head, body }: InnerMessage): Uint8Array {
  if (type === "") throw new UsageError("usage.out-of-range", "a type has at least one character");
  if (at < 1n || at > LAST_AT) throw new UsageError("usage.out-of-range", "an at is 1 to 2^64-1");
  if (Object.hasOwn(head, "type") || Object.hasOwn(head, "at")) {
    throw new UsageError("usage.reserved-key", "type and at are no other keys");
  }
  return encodeLob({ head: writeLobHead({ type, at, ...head }), body });
}

/**
 * Reads the inner packet of a handshake as telehash's implementations write it: JSON in any form, a `type` that may be
 * missing, and `key`, which is what a `link` was called before.
 */
export function decodeInnerMessage(inner: Uint8Array): Decoded<InnerMessage> {
  const lob = decodeLob(inner);
  if (!lob.ok) return lob;
  const parsed = readLobHead(lob.value.head);
  if (parsed.type === "bad") return parsed.refusal;
  if (parsed.type !== "json") return refused("wire.malformed", "a handshake without a JSON head");
  const { type = "link", at: _, ...head } = parsed.json;
  if (typeof type !== "string" || type === "") return refused("wire.malformed", "a type that is not a text");
  const at = readJsonInteger(parsed.text, "at");
  if (!at.ok) return at;
  if (at.value === 0n) return refused("wire.out-of-range", "an at is positive");
  const message = { type, at: at.value, head, body: lob.value.body };
  return accepted(type === "key" ? { ...message, ...fromOldForm(message) } : message);
}
