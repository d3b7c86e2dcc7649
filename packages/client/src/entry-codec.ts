import { accepted, type Decoded, decodeBase64url, decodeUtf8, encodeBase64url, refused, utf8 } from "@countersign/wire";
import type { JournalEntry } from "./session-record.ts";

/** How bytes and u64 stand in JSON, which knows neither. */
const BYTES = "base64url";
const U64 = "u64";

const TYPES: Readonly<Record<JournalEntry["type"], true>> = {
  record: true,
  member: true,
  seen: true,
  at: true,
  guesses: true,
  "sas-nonce": true,
  "sas-revealed": true,
  "sas-opened": true,
  "sas-complete": true,
  "sas-failed": true,
  up: true,
  posted: true,
  acknowledged: true,
  received: true,
  taken: true,
  closed: true,
};

/** Writes an entry as bytes, for a journal to seal: JSON in UTF-8. */
export function encodeEntry(entry: JournalEntry): Uint8Array {
  return utf8(JSON.stringify(entry, (_, value: unknown) => toJson(value)));
}

/**
 * Reads an entry. What is inside is not looked at: a journal seals what it writes, so what it opens is what this side
 * has written itself, and only that may be given to this.
 */
export function decodeEntry(bytes: Uint8Array): Decoded<JournalEntry> {
  const text = decodeUtf8(bytes);
  if (!text.ok) return text;
  try {
    const value: unknown = JSON.parse(text.value, (_, inner: unknown) => fromJson(inner));
    if (isEntry(value)) return accepted(value);
  } catch {
    // Said below.
  }
  return refused("wire.malformed", "an entry of a journal that is none of this version");
}

function isEntry(value: unknown): value is JournalEntry {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  return typeof value.type === "string" && Object.hasOwn(TYPES, value.type);
}

function toJson(value: unknown): unknown {
  if (typeof value === "bigint") return { [U64]: value.toString() };
  return value instanceof Uint8Array ? { [BYTES]: encodeBase64url(value) } : value;
}

function fromJson(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const [[key, inner] = [], ...more] = Object.entries(value);
  if (more.length > 0 || typeof inner !== "string") return value;
  if (key === U64) return BigInt(inner);
  if (key !== BYTES) return value;
  const bytes = decodeBase64url(inner);
  if (!bytes.ok) throw new TypeError(bytes.detail);
  return bytes.value;
}
