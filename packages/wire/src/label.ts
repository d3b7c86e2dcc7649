import { accepted, type Decoded, refused } from "./errors.ts";
import { limits } from "./limits.ts";
import { decodeUtf8, utf8 } from "./text.ts";

// Controls, format characters that reorder text (bidirectional marks, embeddings, isolates), line and paragraph
// separators, and characters that show nothing at all: a label must not look like another one.
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/u;

/** Checks a party's label (spec 0003, section 8): NFC, 1 to 64 bytes of UTF-8, nothing that hides or reorders text. */
export function checkLabel(label: string): Decoded<string> {
  if (!label.isWellFormed()) return refused("wire.malformed", "a label with half a character");
  if (label.trim() === "" || label !== label.trim()) {
    return refused("wire.malformed", "a label that is empty or begins or ends with a space");
  }
  if (utf8(label).length > limits.label) return refused("wire.too-long", `a label above ${limits.label} bytes`);
  if (label.normalize("NFC") !== label) return refused("wire.non-canonical", "a label that is not in NFC");
  if (UNSHOWABLE.test(label)) return refused("wire.malformed", "a label with characters that hide or reorder text");
  return accepted(label);
}

/** Decodes and checks a label. */
export function decodeLabel(bytes: Uint8Array): Decoded<string> {
  if (bytes.length > limits.label) return refused("wire.too-long", `a label above ${limits.label} bytes`);
  const text = decodeUtf8(bytes);
  return text.ok ? checkLabel(text.value) : text;
}
