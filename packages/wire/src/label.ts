import { accepted, type Decoded, refused } from "./errors.ts";
import { limits } from "./limits.ts";
import { decodeUtf8, utf8 } from "./text.ts";

// A label must not look like another one. So no controls, no format characters (bidirectional marks, embeddings,
// isolates), no line and paragraph separators, nothing that shows nothing (joiners, fillers, variation selectors, the
// empty braille cell), nothing whose look is anybody's guess (private use, unassigned), and only one kind of space.
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]/u;
const OTHER_SPACE = /[^\P{Zs} ]| {2}/u;

/**
 * Checks a party's label (spec 0002, section 6): NFC, 1 to 64 bytes of UTF-8, single spaces between other characters,
 * nothing that hides or reorders text.
 */
export function checkLabel(label: string): Decoded<string> {
  if (!label.isWellFormed()) return refused("wire.malformed", "a label with half a character");
  if (label.trim() === "" || label !== label.trim()) {
    return refused("wire.malformed", "a label that is empty or begins or ends with a space");
  }
  if (utf8(label).length > limits.label) return refused("wire.too-long", `a label above ${limits.label} bytes`);
  if (label.normalize("NFC") !== label) return refused("wire.non-canonical", "a label that is not in NFC");
  if (UNSHOWABLE.test(label)) return refused("wire.malformed", "a label with characters that hide or reorder text");
  if (OTHER_SPACE.test(label)) return refused("wire.malformed", "a label with another space than single plain ones");
  return accepted(label);
}

/** Decodes and checks a label. */
export function decodeLabel(bytes: Uint8Array): Decoded<string> {
  if (bytes.length > limits.label) return refused("wire.too-long", `a label above ${limits.label} bytes`);
  const text = decodeUtf8(bytes);
  return text.ok ? checkLabel(text.value) : text;
}
