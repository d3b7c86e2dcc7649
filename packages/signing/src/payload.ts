import { concat, decodeUtf8, UsageError, utf8 } from "@countersign/wire";

/** What the parties are asked to sign. */
export type Payload =
  | { readonly kind: "psbt" /** BIP-174, binary. */; readonly bytes: Uint8Array }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array };

/** The longest payload, encoded. */
export const PAYLOAD_BYTES = 512 * 1024;

const kinds = ["psbt", "text", "bytes"] as const;

/** One byte for the kind, and what it is. Throws `UsageError` for an empty payload, or one that is too long. */
export function encodePayload(payload: Payload): Uint8Array {
  const content = contentOf(payload);
  if (content.length === 0) throw new UsageError("usage.proposal", "there is nothing to sign");
  if (content.length >= PAYLOAD_BYTES)
    throw new UsageError("usage.proposal", `more than ${PAYLOAD_BYTES} bytes to sign`);
  return concat(Uint8Array.of(kinds.indexOf(payload.kind) + 1), content);
}

/** Reads an encoded payload; undefined for what is none. What a PSBT holds is looked at later. */
export function decodePayload(bytes: Uint8Array): Payload | undefined {
  const kind = kinds[(bytes[0] ?? 0) - 1];
  const content = bytes.slice(1);
  if (kind === undefined || content.length === 0 || bytes.length > PAYLOAD_BYTES) return undefined;
  if (kind !== "text") return { kind, bytes: content };
  const text = decodeUtf8(content);
  return text.ok ? { kind, text: text.value } : undefined;
}

/** The bytes of a payload; those of a text or of bytes are what is signed. */
export function contentOf(payload: Payload): Uint8Array {
  return payload.kind === "text" ? utf8(payload.text) : payload.bytes;
}
