import { accepted, type Decoded, refused, UsageError } from "./errors.ts";

// The pure packages compile without DOM and Node types; UTF-8 is the one thing of theirs that every runtime has.
declare const TextEncoder: { new (): { encode(text: string): Uint8Array } };
declare const TextDecoder: {
  new (label: string, options: { fatal: boolean; ignoreBOM: boolean }): { decode(bytes: Uint8Array): string };
};

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Encodes text as UTF-8. Throws `UsageError` for a lone surrogate, which UTF-8 cannot say and would silently replace. */
export function utf8(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new UsageError("usage.malformed-text", "the text holds a lone surrogate");
  return encoder.encode(text);
}

/** Decodes UTF-8; malformed sequences are refused, never replaced. */
export function decodeUtf8(bytes: Uint8Array): Decoded<string> {
  try {
    return accepted(decoder.decode(bytes));
  } catch {
    return refused("wire.malformed", "not valid UTF-8");
  }
}
